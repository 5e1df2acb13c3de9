package io.gitalyrouter.config.compare;

import io.gitalyrouter.timing.TimingSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What was read from timing logs. <em>Immutable.</em> */
public final class TimingData {
  private final List<SlotCounts> slots;
  private final List<HostMark> marks;
  private final List<String> sources;
  private final int unreadable;

  TimingData(List<SlotCounts> slots, List<HostMark> marks, List<String> sources, int unreadable) {
    this.slots = List.copyOf(slots);
    this.marks = List.copyOf(marks);
    this.sources = List.copyOf(sources);
    this.unreadable = unreadable;
  }

  /**
   * Reads the logs of one or many hosts.
   *
   * @param paths {@code .hlog} files, or directories with such files; the {@code .marks} file
   *     beside each is read too
   * @throws IOException if one cannot be read; a damaged line is skipped and counted
   */
  public static TimingData read(List<Path> paths) throws IOException {
    return new TimingFiles().read(paths);
  }

  /** The same with more that happened, such as changes of the document. */
  public TimingData with(List<HostMark> more) {
    List<HostMark> all = new ArrayList<>(marks);
    all.addAll(more);
    all.sort(Comparator.comparing(mark -> mark.mark().at()));
    return new TimingData(slots, all, sources, unreadable);
  }

  /** Whether there is no call. */
  public boolean isEmpty() {
    return slots.isEmpty();
  }

  /** The begin of the first slot; the epoch if there is none. */
  public Instant begin() {
    return Instant.ofEpochMilli(slots.stream().mapToLong(SlotCounts::startMillis).min().orElse(0));
  }

  /** The end of the last slot; the epoch if there is none. */
  public Instant end() {
    return Instant.ofEpochMilli(slots.stream().mapToLong(SlotCounts::endMillis).max().orElse(0));
  }

  /** The length of the slots, to the second: that of most of them, as the ends are cut. */
  public Duration slotLength() {
    Map<Long, Long> lengths = new TreeMap<>();
    for (SlotCounts slot : slots) {
      long seconds = Math.max(1, Math.round((slot.endMillis() - slot.startMillis()) / 1e3));
      lengths.merge(seconds, 1L, Long::sum);
    }
    return Duration.ofSeconds(
        lengths.entrySet().stream()
            .max(Map.Entry.comparingByValue())
            .map(Map.Entry::getKey)
            .orElse(TimingSettings.DEFAULT_SLOT.toSeconds()));
  }

  List<SlotCounts> slots() {
    return slots;
  }

  List<HostMark> marks() {
    return marks;
  }

  /** The files that were read, each with the SHA-256 of its content. */
  public List<String> sources() {
    return sources;
  }

  /** Lines that were not understood. */
  public int unreadable() {
    return unreadable;
  }
}
