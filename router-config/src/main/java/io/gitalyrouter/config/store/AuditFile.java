package io.gitalyrouter.config.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An audit in a file, one JSON object a line, which only ever grows. <em>Not thread-safe; who
 * appends holds the lock.</em>
 */
final class AuditFile {
  private final Path file;

  AuditFile(Path file) {
    this.file = file;
  }

  /** All entries, oldest first; a line that a crash has cut short is none. */
  List<AuditEntry> read() throws IOException {
    List<AuditEntry> entries = new ArrayList<>();
    if (!Files.exists(file)) {
      return entries;
    }
    String text = Files.readString(file);
    int end = text.lastIndexOf('\n') + 1;
    for (String line : text.substring(0, end).lines().toList()) {
      entries.add(AuditEntry.parse(line));
    }
    return entries;
  }

  /** The newest entry. */
  Optional<AuditEntry> last() throws IOException {
    List<AuditEntry> entries = read();
    return entries.isEmpty() ? Optional.empty() : Optional.of(entries.get(entries.size() - 1));
  }

  /** Adds an entry unless it is there, and has it on disk when it returns. */
  void append(AuditEntry entry) throws IOException {
    if (read().stream().anyMatch(there -> there.id().equals(entry.id()))) {
      return;
    }
    ByteBuffer line = ByteBuffer.wrap((entry.toJson() + "\n").getBytes(UTF_8));
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      out.position(whole());
      while (line.hasRemaining()) {
        out.write(line);
      }
      out.truncate(out.position());
      out.force(/* metaData= */ true);
    }
  }

  /** The length up to the last whole line, in bytes. */
  private long whole() throws IOException {
    byte[] bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] != '\n') {
      end--;
    }
    return end;
  }
}
