package io.gitalyrouter.history;

import io.gitalyrouter.standin.journal.FlatJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stand-in's call log or ledger line by line: a long run's book is larger than memory.
 * <em>Not thread-safe; confined to one read.</em>
 */
final class ServerBooks {
  /** What the id of a call in a history begins with. */
  static final String ID_PREFIX = "history-";

  private final Server server;
  private final List<ServedCall> calls = new ArrayList<>();
  private final Map<String, ServedCall> open = new HashMap<>();
  private final Map<String, String> words = new HashMap<>();

  private ServerBooks(Server server) {
    this.server = server;
  }

  /**
   * The calls of a book that is no longer written to; none if the file does not exist.
   *
   * @throws IllegalArgumentException if a line is not one of a journal: leaving it out could hide
   *     an execution
   */
  static List<ServedCall> read(Server server, Path book) throws IOException {
    ServerBooks reader = new ServerBooks(server);
    if (Files.exists(book)) {
      try (BufferedReader lines = Files.newBufferedReader(book)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          reader.add(FlatJson.read(line));
        }
      }
    }
    // What has no end: the server died, or never answered.
    reader.calls.addAll(reader.open.values());
    return reader.calls;
  }

  /** The text form of a call's number, as it travels. */
  static String id(long number) {
    return ID_PREFIX + number;
  }

  private void add(Map<String, String> line) {
    // Every restart counts from one again, so only both together are unique.
    String key = line.get("pid") + "/" + line.get("seq");
    String status = line.get("status");
    if (status == null) {
      open.put(key, new ServedCall(server, number(line), word(line.get("method")), ""));
    } else {
      ServedCall started = open.remove(key);
      if (started != null) {
        calls.add(new ServedCall(server, started.callId(), started.method(), word(status)));
      }
    }
  }

  private static long number(Map<String, String> line) {
    String id = line.getOrDefault("call_id", "");
    return id.startsWith(ID_PREFIX)
        ? Long.parseLong(id.substring(ID_PREFIX.length()))
        : ServedCall.NO_CALL;
  }

  /** One copy of each method name and status, not millions. */
  private String word(@Nullable String text) {
    String word = text == null ? "" : text;
    return words.computeIfAbsent(word, same -> same);
  }
}
