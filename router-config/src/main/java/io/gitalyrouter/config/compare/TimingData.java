package io.gitalyrouter.config.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

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
