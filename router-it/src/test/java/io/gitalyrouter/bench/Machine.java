package io.gitalyrouter.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The machine, and how much of it others used. */
final class Machine {
  private static final int TICKS_PER_SECOND = 100;

  private final long startNanos = System.nanoTime();
  private final long busyBefore = busyTicks();
  private final String loadBefore = loadAverage();

  /** What it is. */
  String describe() {
    Runtime runtime = Runtime.getRuntime();
    return String.format(
        Locale.ROOT,
        "%d processors (%s), Linux %s, %s %s, heap of the client at most %d MiB",
        runtime.availableProcessors(),
        cpu(),
        System.getProperty("os.version"),
        System.getProperty("java.vm.name"),
        System.getProperty("java.vm.version"),
        runtime.maxMemory() >> 20);
  }

  /**
   * How busy it was since this was made.
   *
   * @param ownSeconds processor time of the benchmark's own processes
   */
  String conditions(double ownSeconds) {
    double busy = (double) (busyTicks() - busyBefore) / TICKS_PER_SECOND;
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    double processors = Runtime.getRuntime().availableProcessors() * seconds;
    return String.format(
        Locale.ROOT,
        "%.0f s long; load average before it %s, at its end %s; other processes used %.0f %% of the"
            + " processors",
        seconds,
        loadBefore,
        loadAverage(),
        100 * Math.max(0, busy - ownSeconds) / processors);
  }

  /** Processor seconds of this process and of all its children that have ended. */
  static double ownSeconds() {
    String stat = read("/proc/self/stat");
    List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
    long ticks = 0;
    for (int field = 11; field <= 14; field++) {
      ticks += Long.parseLong(fields.get(field));
    }
    return (double) ticks / TICKS_PER_SECOND;
  }

  private static long busyTicks() {
    // user nice system idle iowait irq softirq steal
    List<String> fields =
        List.of(read("/proc/stat").lines().findFirst().orElse("").trim().split(" +", -1));
    long busy = 0;
    for (int field = 1; field <= 8; field++) {
      if (field != 4 && field != 5) {
        busy += Long.parseLong(fields.get(field));
      }
    }
    return busy;
  }

  private static String loadAverage() {
    return read("/proc/loadavg").split(" ", 2)[0];
  }

  private static String cpu() {
    return read("/proc/cpuinfo")
        .lines()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 2))
        .findFirst()
        .orElse("unknown");
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
