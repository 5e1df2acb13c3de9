package io.gitalyrouter.history;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The books of servers that run on while one run of callers after another is judged: executions are
 * remembered over all runs, so that a late second one is found. <em>Not thread-safe; confined to
 * the test.</em>
 */
public final class Books {
  private final List<ServerBooks> callLogs = new ArrayList<>();
  private final List<ServerBooks> ledgers = new ArrayList<>();
  private final List<ServedCall> served = new ArrayList<>();
  private final List<ServedCall> ended = new ArrayList<>();

  private Books() {}

  /**
   * Opens the books of servers.
   *
   * @param directories where each writes its call log and its ledger; none for servers that keep no
   *     books and must be taken at their word
   */
  public static Books of(Map<Server, Path> directories) {
    Books books = new Books();
    directories.forEach(
        (server, directory) -> {
          books.callLogs.add(ServerBooks.open(server, directory.resolve("calls.jsonl")));
          books.ledgers.add(ServerBooks.open(server, directory.resolve("ledger.jsonl")));
        });
    return books;
  }

  /** Reads what was written since the last run. */
  void readOn(List<ObservedCall> calls) throws IOException {
    served.clear();
    for (ServerBooks log : callLogs) {
      served.addAll(log.readOn());
      served.addAll(log.running());
    }
    for (ServerBooks ledger : ledgers) {
      ended.addAll(ledger.readOn());
    }
    if (ledgers.isEmpty()) {
      calls.stream()
          .filter(call -> !call.isReplayable() && call.isOk())
          .map(call -> new ServedCall(Server.NETWORK, call.id(), call.method(), call.status()))
          .forEach(ended::add);
    }
  }

  /** The calls of the last run. */
  List<ServedCall> served() {
    return served;
  }

  /** The executions of all runs. */
  List<ServedCall> executions() {
    List<ServedCall> all = new ArrayList<>(ended);
    ledgers.forEach(ledger -> all.addAll(ledger.running()));
    return all;
  }
}
