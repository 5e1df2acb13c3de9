package io.gitalyrouter.bench;

import io.gitalyrouter.bench.Failover.Client;
import io.gitalyrouter.bench.Failover.Fault;
import io.gitalyrouter.bench.Failover.Outcome;
import io.gitalyrouter.bench.MacroRounds.Result;
import io.gitalyrouter.bench.WrapperRounds.Cost;
import java.util.List;
import java.util.Locale;

/** Everything measured, as a page. */
final class PerformanceReport {
  private final StringBuilder page = new StringBuilder();
  private final Measured measured;

  private PerformanceReport(Measured measured) {
    this.measured = measured;
  }

  static String of(Measured measured) {
    PerformanceReport report = new PerformanceReport(measured);
    report.head();
    report.targets();
    report.macro();
    report.page.append(WorkReport.git(measured));
    report.failovers();
    report.wrapper();
    report.parts();
    report.page.append(WorkReport.allocations(measured));
    report.idle();
    report.page.append(ScaleReport.of(measured));
    return report.page.toString();
  }

  private void line(String text) {
    page.append(text).append('\n');
  }

  private void line(String format, Object... values) {
    line(String.format(Locale.ROOT, format, values));
  }

  private void head() {
    line(
        """
        # Performance

        What the router costs, beside what it could be replaced by. Written by `mvn -B -ntp -Pbench
        -pl router-it -am verify`, which takes some 40 minutes; all but the notes at the end is
        overwritten. Repeat it on a machine that has nothing else to do.
        """);
    line("* Machine: %s.", measured.machine);
    line("* Conditions of this run: %s.", measured.conditions);
    line("* Versions: grpc-java and Netty as in the root `pom.xml`, the same for all contenders.");
    for (String problem : measured.problems) {
      line("* **Not measured**: %s.", problem);
    }
    for (Contender contender : Contender.values()) {
      if (!contender.obstacle().isEmpty()) {
        line("* %s: %s.", contender.label(), contender.obstacle());
      }
    }
    line(
        """

        A contender is run next to a plain grpc-java channel, in turns, in rounds of a fraction of a
        second; numbers are medians of the rounds' ratios, with the quartiles where there is room. So
        what else the machine does meets both. The server is a process of its own, all contenders are
        in one other, each with its own connection and as many event-loop threads as there are
        processors. A stream's rounds have new connections, as a connection stays as fast as it is; a
        second plain channel shows how far two of the same are apart.
        """);
  }

  private void targets() {
    line("## Targets\n");
    line("| what | target | measured | met |");
    line("|---|---|---|---|");
    Targets.of(measured).forEach(target -> line(target.row()));
    line("");
  }

  private void macro() {
    line("## Beside others, over sockets\n");
    line("Throughput: more is better; the rest: less is better. 1 is the plain channel.\n");
    for (Result result : measured.macro) {
      macro(result);
    }
  }

  private void macro(Result result) {
    List<Segment> plain =
        result.comparisons().stream()
            .flatMap(c -> c.rounds().stream())
            .map(Comparison.Round::plain)
            .toList();
    line("### %s\n", result.shape().label());
    line(
        "Plain: %.1f calls/s, p50 %.0f us, p99 %.0f us, client CPU %.1f us a call.\n",
        Samples.of(plain, Segment::callsPerSecond).median(),
        Samples.of(plain, Segment::p50Nanos).median() / 1e3,
        Samples.of(plain, Segment::p99Nanos).median() / 1e3,
        Samples.of(plain, Segment::cpuPerCallNanos).median() / 1e3);
    line("| contender | throughput (quartiles) | p50 | p99 | client CPU a call | failed calls |");
    line("|---|---|---:|---:|---:|---:|");
    for (Comparison comparison : result.comparisons()) {
      line(
          "| %s | %.3f (%.3f-%.3f) | %.2f | %.2f | %.3f | %d |",
          comparison.contender().label(),
          comparison.throughput().median(),
          comparison.throughput().quantile(0.25),
          comparison.throughput().quantile(0.75),
          comparison.p50().median(),
          comparison.p99().median(),
          comparison.cpu().median(),
          comparison.failures());
    }
    line("");
  }

  private void failovers() {
    line("## When a server goes\n");
    line(
        """
        200 calls a second, each with a deadline of 3 s; the first of two servers is killed, frozen
        (SIGSTOP), or taken out of use by ops. The time is from that to the end of the last call that
        failed or took more than 250 ms; with the toggle, to the last start of a call that went to the
        first server. Medians. What ends at the deadline's 3 s after the watch's own length was never
        better. Who has no row cannot do it while it runs.
        """);
    line("| client | fault | last affected call | failed | slow |");
    line("|---|---|---:|---:|---:|");
    for (Fault fault : Fault.values()) {
      for (Client client : Client.values()) {
        List<Outcome> outcomes =
            measured.failovers.stream()
                .filter(o -> o.client() == client && o.fault() == fault)
                .toList();
        if (!outcomes.isEmpty()) {
          line(
              "| %s | %s | %.0f ms | %.0f | %.0f |",
              client.label(),
              fault.name().toLowerCase(Locale.ROOT),
              Samples.of(outcomes, Outcome::lastAffectedNanos).median() / 1e6,
              Samples.of(outcomes, Outcome::failed).median(),
              Samples.of(outcomes, Outcome::slow).median());
        }
      }
    }
    line("");
  }

  private void wrapper() {
    line("## The wrapper alone\n");
    line(
        """
        What the router adds to a call over a channel that answers at once, in the caller's thread.
        *off*: no role; *local*: a role whose share is drawn and next to nothing; *network*: every
        call is kept for a replay. All with a Prometheus registry, as the worker has it, but for
        *unmetered*: without any. Nanoseconds of processor time of the calling threads.
        """);
    line(
        "| way | threads | storages | added ns (quartiles) | added bytes | the channel alone, ns |");
    line("|---|---:|---:|---|---:|---:|");
    for (Cost cost : measured.costs) {
      line(
          "| %s | %d | %d | %.0f (%.0f-%.0f) | %.0f | %.0f |",
          cost.way().label(),
          cost.threads(),
          cost.storages(),
          cost.addedNanos().median(),
          cost.addedNanos().quantile(0.25),
          cost.addedNanos().quantile(0.75),
          cost.addedBytes().median(),
          cost.bareNanos().median());
    }
    line("");
  }

  private void parts() {
    line("## Steps of a call\n");
    line("As JMH measures them (average time of a thread, half the 99.9 % interval).\n");
    line("| step | threads | ns | bytes |");
    line("|---|---:|---|---:|");
    for (Parts part : measured.parts) {
      line(
          "| %s | %d | %.1f +- %.1f | %.0f |",
          part.name(), part.threads(), part.nanos(), part.error(), part.bytes());
    }
    line("");
  }

  private void idle() {
    line("## Without traffic\n");
    for (IdleCost idle : measured.idle) {
      line(
          "* %d storages on 100 servers, roles off: loaded from YAML in %.0f ms; %.1f MB of heap,"
              + " %.1f MB with a meter registry; %d connections.",
          idle.storages(),
          idle.loadNanos() / 1e6,
          idle.heapBytes() / 1e6,
          idle.meteredHeapBytes() / 1e6,
          idle.connections());
    }
    if (!measured.swaps.isEmpty()) {
      line(
          "* A table of 10,000 storages is swapped in %.1f ms, once that code is compiled; the"
              + " longest call meanwhile took %.3f ms, without a swap %.3f ms.",
          Samples.of(measured.swaps, SwapCost.Swap::applyNanos).median() / 1e6,
          Samples.of(measured.swaps, SwapCost.Swap::longestNanos).median() / 1e6,
          Samples.of(measured.swaps, SwapCost.Swap::longestWithoutNanos).median() / 1e6);
    }
    for (ReplayHeap heap : measured.replays) {
      line(
          "* A call that sent %d KiB before its answer keeps %d KiB to send again, and %d bytes after"
              + " it.",
          heap.sentBytes() >> 10, heap.keptBytes() >> 10, heap.keptAfterAnswerBytes());
    }
    line("");
  }
}
