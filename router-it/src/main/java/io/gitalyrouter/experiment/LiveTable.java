package io.gitalyrouter.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A snapshot as lines of text. <em>Immutable.</em> */
final class LiveTable {
  private static final int BAR_WIDTH = 40;

  private LiveTable() {}

  static List<String> lines(Snapshot snapshot) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "  %-10s %s %.0f %%",
            "total",
            bar(snapshot.overall()),
            snapshot.overall() * 100));
    double part =
        snapshot.planned().isZero()
            ? 1
            : Math.min(1, (double) snapshot.inPhase().toMillis() / snapshot.planned().toMillis());
    lines.add(
        String.format(
            Locale.ROOT,
            "  %-10s %s %d of %d s: %s",
            snapshot.phase().label(),
            bar(part),
            snapshot.inPhase().toSeconds(),
            snapshot.planned().toSeconds(),
            snapshot.phase().meaning()));
    lines.add(
        String.format(
            Locale.ROOT,
            "  %-6s %8s %8s %7s %6s %8s %8s  %s",
            "host",
            "local",
            "network",
            "failed",
            "moved",
            "p50 ms",
            "p95 ms",
            "router"));
    for (Snapshot.HostLine host : snapshot.hosts()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  %-6s %8d %8d %7d %6d %8.1f %8.1f  %s",
              host.host(),
              host.local(),
              host.network(),
              host.failed(),
              host.moved(),
              host.p50Micros() / 1000.0,
              host.p95Micros() / 1000.0,
              host.router()));
    }
    lines.add("  network server: " + snapshot.network());
    return List.copyOf(lines);
  }

  /** The same on one line, for a log. */
  static String line(Snapshot snapshot) {
    StringBuilder line = new StringBuilder(160);
    line.append(
        String.format(
            Locale.ROOT, "%-9s %3ds", snapshot.phase().label(), snapshot.inPhase().toSeconds()));
    for (Snapshot.HostLine host : snapshot.hosts()) {
      line.append(
          String.format(
              Locale.ROOT,
              " | %s local=%d network=%d failed=%d moved=%d p95=%.1fms %s",
              host.host(),
              host.local(),
              host.network(),
              host.failed(),
              host.moved(),
              host.p95Micros() / 1000.0,
              host.router()));
    }
    return line.append(" | network server: ").append(snapshot.network()).toString();
  }

  private static String bar(double share) {
    int full = (int) Math.round(Math.max(0, Math.min(1, share)) * BAR_WIDTH);
    return "[" + "#".repeat(full) + ".".repeat(BAR_WIDTH - full) + "]";
  }
}
