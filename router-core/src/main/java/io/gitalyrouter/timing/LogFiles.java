package io.gitalyrouter.timing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.HdrHistogram.HistogramLogWriter;
import org.jspecify.annotations.Nullable;

/**
 * The files of a timing log: {@code timings-HOST-TIME.hlog}, with a {@code .marks} file of the same
 * name beside it. <em>Not thread-safe; confined to the writer's thread.</em>
 */
final class LogFiles {
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final String HISTOGRAMS = ".hlog";
  private static final String MARKS = ".marks";

  private final TimingSettings settings;
  private @Nullable Path current;
  private long bytes;

  LogFiles(TimingSettings settings) {
    this.settings = settings;
  }

  /** Whether the next slot begins a new file. */
  boolean startsNew() {
    return current == null || bytes >= settings.maxFileBytes();
  }

  /** Appends a slot; after a failure the next one begins a new file. */
  void append(Instant now, byte[] histograms, List<TimingMark> marks) throws IOException {
    Path file = startsNew() ? begin(now) : current;
    current = null;
    write(file, histograms);
    StringBuilder lines = new StringBuilder();
    marks.forEach(mark -> lines.append(mark.toLine()).append('\n'));
    write(beside(file), lines.toString().getBytes(StandardCharsets.UTF_8));
    current = file;
  }

  private Path begin(Instant now) throws IOException {
    Files.createDirectories(settings.directory());
    Path file =
        settings
            .directory()
            .resolve(
                "timings-"
                    + TimingKey.encoded(settings.host()).replace("/", "%2F")
                    + "-"
                    + NAME.format(now)
                    + HISTOGRAMS);
    prune(settings.maxFiles() - 1);
    bytes = 0;
    write(file, head(now));
    return file;
  }

  private static byte[] head(Instant now) {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    HistogramLogWriter writer = new HistogramLogWriter(head);
    writer.outputLogFormatVersion();
    writer.outputStartTime(now.toEpochMilli());
    writer.outputLegend();
    writer.close();
    return head.toByteArray();
  }

  private void write(@Nullable Path file, byte[] content) throws IOException {
    if (file != null && content.length > 0) {
      Files.write(file, content, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      bytes += content.length;
    }
  }

  /** Deletes the oldest files until so many are left; their names sort by time. */
  private void prune(int keep) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(settings.directory())) {
      files =
          all.filter(file -> file.getFileName().toString().matches("timings-.*\\.hlog"))
              .sorted()
              .toList();
    }
    for (Path old : files.subList(0, Math.max(0, files.size() - keep))) {
      Files.deleteIfExists(old);
      Files.deleteIfExists(beside(old));
    }
  }

  private static @Nullable Path beside(@Nullable Path histograms) {
    if (histograms == null) {
      return null;
    }
    String name = histograms.getFileName().toString();
    return histograms.resolveSibling(
        name.substring(0, name.length() - HISTOGRAMS.length()) + MARKS);
  }
}
