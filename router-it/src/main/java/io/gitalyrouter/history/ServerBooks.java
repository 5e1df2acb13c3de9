package io.gitalyrouter.history;

import io.gitalyrouter.standin.journal.FlatJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stand-in's call log or ledger line by line: a long run's book is larger than memory. A
 * book that is still written to can be read on. <em>Not thread-safe; confined to one reader.</em>
 */
final class ServerBooks {
  /** What the id of a call in a history begins with. */
  static final String ID_PREFIX = "history-";

  private final Server server;
  private final Path book;
  private final List<ServedCall> calls = new ArrayList<>();
  private final Map<String, ServedCall> open = new HashMap<>();
  private final Map<String, String> words = new HashMap<>();

  /** Where the first line begins that has not been read. */
  private long position;

  private ServerBooks(Server server, Path book) {
    this.server = server;
    this.book = book;
  }

  /** A reader at the beginning of a book, which need not exist yet. */
  static ServerBooks open(Server server, Path book) {
    return new ServerBooks(server, book);
  }

  /**
   * The calls of a book that is no longer written to; none if the file does not exist.
   *
   * @throws IllegalArgumentException if a line is not one of a journal: leaving it out could hide
   *     an execution
   */
  static List<ServedCall> read(Server server, Path book) throws IOException {
    ServerBooks reader = open(server, book);
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

  /**
   * The calls that ended since the last reading; a line whose end is not there yet is left for the
   * next.
   *
   * @throws IllegalArgumentException if a line is not one of a journal
   */
  List<ServedCall> readOn() throws IOException {
    calls.clear();
    if (Files.exists(book)) {
      byte[] more;
      try (InputStream in = Files.newInputStream(book)) {
        in.skipNBytes(position);
        more = in.readAllBytes();
      }
      int end = more.length;
      while (end > 0 && more[end - 1] != '\n') {
        end--;
      }
      position += end;
      new String(more, 0, end, StandardCharsets.UTF_8)
          .lines()
          .forEach(line -> add(FlatJson.read(line)));
    }
    return List.copyOf(calls);
  }

  /** The calls that have begun and not ended, as far as was read. */
  List<ServedCall> running() {
    return List.copyOf(open.values());
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
