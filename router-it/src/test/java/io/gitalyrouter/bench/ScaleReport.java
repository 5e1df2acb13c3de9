package io.gitalyrouter.bench;

import io.gitalyrouter.etcd.EtcdFleet;
import io.gitalyrouter.transport.TransportSettings;
import java.time.Duration;
import java.util.Locale;

/** What a thousand hosts are to a file server and to etcd. <em>Immutable.</em> */
final class ScaleReport {
  private static final int HOSTS = 1_000;
  private static final int STORAGES = 100;

  private ScaleReport() {}

  static String of(Measured measured) {
    StringBuilder text = new StringBuilder("## A fleet\n\n");
    measured.fleets.forEach(fleet -> text.append(fleet(fleet)).append(onFileServers(fleet)));
    measured.etcd.forEach(etcd -> text.append(etcd(etcd)));
    if (measured.etcd.isEmpty()) {
      text.append("etcd: skipped, it is not installed on this machine.\n\n");
    }
    return text.toString();
  }

  private static String fleet(RouterFleet fleet) {
    return String.format(
        Locale.ROOT,
        """
        %d routers ran in one process, each with %d storages on as many file servers, all roles on,
        over channels that answer at once, and nobody called. Each took %.2f MB of heap, %.1f threads
        beside those of its connections, and %.3f %% of a processor; it sent each file server %.3f
        health checks and %.3f questions what it serves in a second.

        """,
        fleet.routers(),
        fleet.storages(),
        fleet.heapBytes() / 1e6,
        fleet.threads(),
        100 * fleet.cpuShare(),
        fleet.checks(),
        fleet.surveys());
  }

  private static String onFileServers(RouterFleet fleet) {
    TransportSettings watch = TransportSettings.DEFAULT;
    double everySecond = HOSTS;
    return String.format(
            Locale.ROOT,
            "On %,d hosts with %d storages, one file server is asked, in a second:\n\n",
            HOSTS,
            STORAGES)
        + "| while | asked | by what |\n|---|---:|---|\n"
        + row(
            "nobody calls",
            HOSTS * (fleet.checks() + fleet.surveys()),
            "measured above: a check on silence, a survey, each every "
                + seconds(watch.idleProbeInterval()))
        + row(
            "calls run on all hosts",
            HOSTS * fleet.surveys(),
            "whatever answers is a sign of life, so only the survey is left")
        + row(
            "it is frozen",
            1e3 * HOSTS / watch.probeTimeout().toMillis(),
            "one check at a time, each waited for "
                + seconds(watch.probeTimeout())
                + "; it answers none")
        + row(
            "it is down",
            1e3 * HOSTS / (0.75 * watch.redialMax().toMillis()),
            "connection attempts, drawn between half of " + seconds(watch.redialMax()) + " and all")
        + row(
            "(every host asks every second)",
            everySecond,
            "what watching by a clock would cost, at all times")
        + String.format(
            Locale.ROOT,
            """

            It holds %,d connections, each with a ping every %s: %d in a second. A hundred servers do
            not add up: each is asked by itself, and a host asks one thing at a time of each.

            """,
            HOSTS,
            seconds(watch.keepAliveTime()),
            HOSTS / watch.keepAliveTime().toSeconds());
  }

  private static String row(String when, double asked, String by) {
    return String.format(Locale.ROOT, "| %s | %,.0f | %s |\n", when, asked, by);
  }

  private static String seconds(Duration length) {
    return String.format(Locale.ROOT, "%.1f s", length.toMillis() / 1e3).replace(".0 ", " ");
  }

  private static String etcd(EtcdFleet etcd) {
    double last = Samples.of(etcd.toggles(), EtcdFleet.Toggle::lastNanos).median() / 1e6;
    return String.format(
        Locale.ROOT,
        """
        %,d hosts watched one document of %d KiB in one etcd, each over a connection of its own, all on
        this machine. From the write of a change the first host had it after %.0f ms and the last one
        after %.0f ms (medians of %d changes; the slowest %.0f ms); etcd sent %.1f MB for it. While
        nothing changed, etcd used %.1f %% of a processor: a host looks at the key every 4 s beside its
        watch, which is %d small reads in a second.

        """,
        etcd.hosts(),
        etcd.documentBytes() >> 10,
        Samples.of(etcd.toggles(), EtcdFleet.Toggle::firstNanos).median() / 1e6,
        last,
        etcd.toggles().size(),
        Samples.of(etcd.toggles(), EtcdFleet.Toggle::lastNanos).quantile(1) / 1e6,
        (double) etcd.documentBytes() * etcd.hosts() / 1e6,
        100 * etcd.idleCpu(),
        etcd.hosts() / 4);
  }
}
