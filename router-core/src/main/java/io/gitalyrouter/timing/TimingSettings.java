package io.gitalyrouter.timing;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where and how the timing log of one process is kept. <em>Immutable.</em>
 *
 * @param directory where the files go, on a local disk; made if it is missing; of this process
 *     alone, because the bounds count every timing file in it
 * @param host the worker host's name, as the configuration spells it
 * @param slot the length of a time slot, 1 s to 10 min; slots begin at multiples of it since the
 *     epoch, so that the slots of all hosts agree
 * @param significantDigits of a recorded duration, 1 to 3; a bucket is 0.8 % wide with 2 and 0.1 %
 *     with 3, and a series takes 50 KB with 2 and 370 KB with 3
 * @param maxFileBytes at this size a new file is begun; the last slot may exceed it
 * @param maxFiles files kept, at least 2; the oldest is deleted first
 * @param maxSeries series kept in memory, at least 1; calls that would begin another are counted,
 *     and not timed
 */
public record TimingSettings(
    Path directory,
    String host,
    Duration slot,
    int significantDigits,
    long maxFileBytes,
    int maxFiles,
    int maxSeries) {
  /** The default of {@code slot}. */
  public static final Duration DEFAULT_SLOT = Duration.ofSeconds(10);

  /** The default of {@code significantDigits}. */
  public static final int DEFAULT_SIGNIFICANT_DIGITS = 2;

  /** The default of {@code maxFileBytes}. */
  public static final long DEFAULT_MAX_FILE_BYTES = 16L << 20;

  /** The default of {@code maxFiles}. */
  public static final int DEFAULT_MAX_FILES = 16;

  /** The default of {@code maxSeries}. */
  public static final int DEFAULT_MAX_SERIES = 1_000;

  /** Checks the ranges. */
  public TimingSettings {
    if (host.isEmpty()) {
      throw new IllegalArgumentException("host: empty (expected: the worker host's name)");
    }
    if (slot.compareTo(Duration.ofSeconds(1)) < 0 || slot.compareTo(Duration.ofMinutes(10)) > 0) {
      throw new IllegalArgumentException("slot: " + slot + " (expected: 1 s to 10 min)");
    }
    atLeast("significantDigits", significantDigits, 1);
    if (significantDigits > 3) {
      throw new IllegalArgumentException(
          "significantDigits: " + significantDigits + " (expected: 1-3)");
    }
    atLeast("maxFileBytes", maxFileBytes, 1);
    atLeast("maxFiles", maxFiles, 2);
    atLeast("maxSeries", maxSeries, 1);
  }

  private static void atLeast(String name, long value, long minimum) {
    if (value < minimum) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: >= " + minimum + ")");
    }
  }

  /** The defaults. */
  public static TimingSettings of(Path directory, String host) {
    return new TimingSettings(
        directory,
        host,
        DEFAULT_SLOT,
        DEFAULT_SIGNIFICANT_DIGITS,
        DEFAULT_MAX_FILE_BYTES,
        DEFAULT_MAX_FILES,
        DEFAULT_MAX_SERIES);
  }

  /** The same with other bounds of the files. */
  public TimingSettings withFiles(long newMaxFileBytes, int newMaxFiles) {
    return new TimingSettings(
        directory, host, slot, significantDigits, newMaxFileBytes, newMaxFiles, maxSeries);
  }

  /** The same with another bound of the series in memory. */
  public TimingSettings withMaxSeries(int newMaxSeries) {
    return new TimingSettings(
        directory, host, slot, significantDigits, maxFileBytes, maxFiles, newMaxSeries);
  }

  /** The same with slots of another length. */
  public TimingSettings withSlot(Duration newSlot) {
    return new TimingSettings(
        directory, host, newSlot, significantDigits, maxFileBytes, maxFiles, maxSeries);
  }
}
