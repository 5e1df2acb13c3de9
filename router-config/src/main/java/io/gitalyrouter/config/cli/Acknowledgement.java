package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.DocumentView;
import io.gitalyrouter.config.admin.HostReport;
import io.gitalyrouter.config.source.SourceContent;
import io.gitalyrouter.config.store.ChangeStore;
import io.gitalyrouter.config.store.HostReports;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Which hosts have said that a document is in force. <em>Immutable.</em>
 *
 * @param expected how many hosts must say so
 * @param missing those that did not, one line each, with what they said instead
 * @param elapsed until the last one said so, or patience ended
 */
record Acknowledgement(int expected, List<String> missing, Duration elapsed) {
  private static final Duration POLL = Duration.ofMillis(20);

  /** Copies the list. */
  Acknowledgement {
    missing = List.copyOf(missing);
  }

  /**
   * Waits until every process of these hosts runs the document, or patience ends.
   *
   * @param hosts entries of the document; of a pattern's hosts those count that are heard, and at
   *     least one must be
   */
  static Acknowledgement await(
      ChangeStore store,
      Set<String> hosts,
      SourceContent document,
      Duration patience,
      Console console) {
    DocumentView view = DocumentView.of(document);
    long start = console.ticker().nanos();
    while (true) {
      List<String> missing = missing(heard(store), hosts, view, document.fingerprint());
      Duration elapsed = Duration.ofNanos(console.ticker().nanos() - start);
      if (missing.isEmpty() || elapsed.compareTo(patience) >= 0) {
        return new Acknowledgement(hosts.size(), missing, elapsed);
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  boolean isComplete() {
    return missing.isEmpty();
  }

  /** Such as {@code applied 1/1 hosts, generation 42, 180 ms}. */
  String summary(long generation) {
    return "applied "
        + (expected - missing.size())
        + "/"
        + expected
        + " hosts, generation "
        + generation
        + ", "
        + elapsed.toMillis()
        + " ms";
  }

  private static HostReports heard(ChangeStore store) {
    try {
      return store.reports();
    } catch (IOException e) {
      return new HostReports(List.of(), List.of(Failures.describe(e)));
    }
  }

  /** The host entries of which not every process, and at least one, runs the document. */
  static List<String> missing(
      HostReports heard, Set<String> hosts, DocumentView view, String fingerprint) {
    List<String> missing = new ArrayList<>();
    for (String host : hosts) {
      List<HostReport> reports =
          heard.reports().stream()
              .filter(report -> view.entryOf(report.host()).equals(Optional.of(host)))
              .toList();
      List<String> late =
          reports.stream()
              .filter(report -> !report.runs(fingerprint))
              .map(Acknowledgement::describe)
              .toList();
      if (reports.isEmpty()) {
        String also = heard.troubles().isEmpty() ? "" : " (" + heard.troubles().get(0) + ")";
        missing.add(host + ": no process was heard" + also);
      } else if (!late.isEmpty()) {
        missing.add(host + ": " + String.join("; ", late));
      }
    }
    return missing;
  }

  /** What a process runs instead. */
  static String describe(HostReport report) {
    List<String> problems = report.config().problems();
    return report.host()
        + " process "
        + report.process()
        + " runs another document"
        + (problems.isEmpty() ? "" : ": " + problems.get(0));
  }
}
