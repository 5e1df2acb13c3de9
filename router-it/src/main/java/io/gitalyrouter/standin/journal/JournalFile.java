package io.gitalyrouter.standin.journal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a ledger or a call log back, joined to one entry for each execution or call. *Immutable.*
 *
 * <p>May be read while a server writes: a line whose end is not there yet is left out.
 */
public final class JournalFile {
  private JournalFile() {}

  /**
   * The entries of a journal in the order in which they began; none if the file does not exist.
   *
   * @throws IllegalArgumentException if a complete line is not one of a journal
   */
  public static List<Entry> read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    String text = Files.readString(file, StandardCharsets.UTF_8);
    String complete = text.substring(0, text.lastIndexOf('\n') + 1);
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (String line : complete.lines().toList()) {
      Map<String, String> fields = FlatJson.read(line);
      // Every restart counts from one again, so only both together are unique.
      String key = fields.get("pid") + "/" + fields.get("seq");
      entries.merge(key, Entry.of(fields), Entry::endedBy);
    }
    return new ArrayList<>(entries.values());
  }

  /**
   * One execution of a ledger or one call of a call log. *Immutable.*
   *
   * @param pid the process that served it
   * @param seq its number in that process, from 1
   * @param method full method name
   * @param callId the client's id of the call, empty if it sent none
   * @param transport {@code unix}, {@code tcp} or {@code tls}
   * @param detail what the mutation was applied to; empty in a call log
   * @param startedAt when it began, ISO 8601 in UTC
   * @param status how it ended; empty if the process died before, or it is still running
   */
  public record Entry(
      long pid,
      long seq,
      String method,
      String callId,
      String transport,
      String detail,
      String startedAt,
      Optional<String> status) {

    private static Entry of(Map<String, String> fields) {
      return new Entry(
          Long.parseLong(fields.getOrDefault("pid", "")),
          Long.parseLong(fields.getOrDefault("seq", "")),
          fields.getOrDefault("method", ""),
          fields.getOrDefault("call_id", ""),
          fields.getOrDefault("transport", ""),
          fields.getOrDefault("detail", ""),
          fields.getOrDefault("time", ""),
          Optional.ofNullable(fields.get("status")));
    }

    private Entry endedBy(Entry end) {
      return new Entry(pid, seq, method, callId, transport, detail, startedAt, end.status);
    }
  }
}
