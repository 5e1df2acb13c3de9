package io.gitalyrouter.config.compare;

import io.gitalyrouter.timing.TimingKey;
import io.gitalyrouter.timing.TimingMark;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;

/** Reads timing logs into {@link TimingData}. <em>Not thread-safe; for one reading.</em> */
final class TimingFiles {
  private static final String SUFFIX = ".hlog";
  private static final Pattern NAME =
      Pattern.compile("timings-(.*)-\\d{8}T\\d{6}\\.\\d{3}Z\\.hlog");

  private final List<SlotCounts> slots = new ArrayList<>();
  private final List<HostMark> marks = new ArrayList<>();
  private final List<String> sources = new ArrayList<>();
  private int unreadable;

  TimingData read(List<Path> paths) throws IOException {
    TreeSet<Path> files = new TreeSet<>();
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        try (Stream<Path> inside = Files.walk(path)) {
          inside.filter(file -> file.toString().endsWith(SUFFIX)).forEach(files::add);
        }
      } else {
        files.add(path);
      }
    }
    for (Path file : files) {
      readFile(file);
    }
    return new TimingData(slots, marks, sources, unreadable);
  }

  private void readFile(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    sources.add(file.getFileName() + " sha256:" + sha256(content));
    Matcher named = NAME.matcher(file.getFileName().toString());
    String host = named.matches() ? URLDecoder.decode(named.group(1), StandardCharsets.UTF_8) : "";
    for (String line : new String(content, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      if (line.startsWith("Tag=")) {
        host = readSlot(line).orElse(host);
      }
    }
    String name = file.getFileName().toString();
    Path beside = file.resolveSibling(name.replaceFirst("\\.[^.]*$", "") + ".marks");
    if (Files.exists(beside)) {
      readMarks(beside, host);
    }
  }

  /** Lines are read one by one, so that a cut-off last line costs only itself. */
  private Optional<String> readSlot(String line) {
    try (HistogramLogReader reader =
        new HistogramLogReader(
            new ByteArrayInputStream((line + "\n").getBytes(StandardCharsets.ISO_8859_1)))) {
      EncodableHistogram read = reader.nextIntervalHistogram();
      Optional<TimingKey> key =
          read == null ? Optional.empty() : TimingKey.parse(String.valueOf(read.getTag()));
      if (key.isPresent() && read instanceof Histogram histogram) {
        slots.add(
            new SlotCounts(
                key.get(),
                histogram.getStartTimeStamp(),
                histogram.getEndTimeStamp(),
                Counts.of(histogram)));
        return Optional.of(key.get().host());
      }
    } catch (RuntimeException damaged) {
      unreadable++;
      return Optional.empty();
    }
    unreadable++;
    return Optional.empty();
  }

  private void readMarks(Path file, String host) throws IOException {
    // Decoded leniently: a line that a crash has damaged must cost only itself.
    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    for (String line : text.lines().toList()) {
      Optional<TimingMark> mark = TimingMark.parse(line);
      if (mark.isPresent()) {
        marks.add(new HostMark(host, mark.get()));
      } else {
        unreadable++;
      }
    }
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
