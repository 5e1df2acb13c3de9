package io.gitalyrouter.config.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * Texts that go into one tar.gz, all of them without secrets. <em>Not thread-safe; confined to the
 * command that fills it.</em>
 */
final class Bundle {
  private final Map<String, String> entries = new LinkedHashMap<>();

  /** Something that may be there or not. */
  @FunctionalInterface
  interface Part {
    /** Adds it. */
    void collect() throws IOException;
  }

  /** Adds a text; an empty one is left out. */
  void add(String name, String text) {
    if (!text.isEmpty()) {
      entries.put(name, text.endsWith("\n") ? text : text + "\n");
    }
  }

  /** Adds what can be had; why it cannot be had goes in instead of it. */
  void tryAdd(String name, Part part) {
    try {
      part.collect();
    } catch (IOException e) {
      add(name + ".trouble.txt", Failures.describe(e));
    } catch (CommandException e) {
      add(name + ".trouble.txt", String.valueOf(e.getMessage()));
    }
  }

  /**
   * Writes it into a new file that only its owner may read.
   *
   * @return how many entries it has
   */
  int write(Path file, Blanked blanked, Instant now) throws IOException {
    Path created =
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(created))) {
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        byte[] text = blanked.text(entry.getValue()).getBytes(StandardCharsets.UTF_8);
        TarEntry.write(out, entry.getKey(), text, now);
      }
      TarEntry.end(out);
    }
    return entries.size();
  }
}
