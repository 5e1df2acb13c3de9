package io.gitalyrouter.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.bench.MacroRounds.Result;
import io.gitalyrouter.bench.WrapperRounds.Cost;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs every part of the benchmark for a moment: it measures calls that work, and reports them. */
@Timeout(120)
final class BenchSmokeTest {
  private static final Effort EFFORT = Effort.smoke();

  private final Measured measured = new Measured();

  @TempDir private Path directory;

  private String report() {
    return PerformanceReport.of(measured);
  }

  @Test
  void every_contender_is_measured_over_sockets() throws Exception {
    try (BenchServer server = BenchServer.open(directory, "smoke")) {
      measured.macro.addAll(new MacroRounds(server.site(), EFFORT).run(Transport.UNIX));
    }
    assertThat(measured.macro).hasSize(6);
    for (Result result : measured.macro) {
      assertThat(result.comparisons())
          .as(result.shape().label())
          .hasSizeGreaterThanOrEqualTo(
              (int) Arrays.stream(Contender.values()).filter(c -> !c.isControl()).count() - 2)
          .allSatisfy(
              comparison -> {
                assertThat(comparison.failures()).as(comparison.contender().label()).isZero();
                assertThat(comparison.throughput().median()).isPositive();
                assertThat(comparison.cpu().median()).isPositive();
              });
    }
    assertThat(report())
        .contains("replay armed, beside plain", "| " + Contender.ARMERIA_RETRY.label() + " |")
        .doesNotContain("NaN", "Infinity");
  }

  @Test
  void every_transport_is_reached() throws Exception {
    try (BenchServer server = BenchServer.open(directory, "smoke")) {
      for (Transport transport : List.of(Transport.TCP, Transport.TLS)) {
        for (Contender contender : Contender.values()) {
          if (contender != Contender.HAPROXY) {
            try (Opened opened = contender.open(server.site(), transport)) {
              Segment one =
                  Load.closed(1).run(opened.channel(), Workload.unarySmall(), EFFORT.segment());
              assertThat(one.failures()).as(contender.label() + transport.label()).isZero();
            }
          }
        }
      }
    }
  }

  @Test
  void wrapper_allocates_and_takes_time() {
    WrapperRounds rounds = new WrapperRounds(EFFORT);
    for (NoopRouter.Way way : NoopRouter.Way.values()) {
      measured.costs.addAll(rounds.run(way));
    }
    assertThat(measured.costs)
        .hasSize(30)
        .allSatisfy(
            cost -> {
              assertThat(cost.addedBytes().median()).isBetween(1.0, 20_000.0);
              assertThat(cost.bareNanos().median()).isPositive();
            });
    Cost first = measured.costs.get(0);
    assertThat(WrapperMain.parse(first.way(), WrapperMain.line(first))).isEqualTo(first);
    assertThat(report()).contains("wrapper, local: allocated", "| network | 16 | 20 |");
  }

  @Test
  void fleet_asks_its_servers_what_they_serve() {
    RouterFleet fleet = RouterFleet.measure(3, 2, Duration.ofMillis(50));
    measured.fleets.add(fleet);
    assertThat(fleet.routers()).isEqualTo(3);
    assertThat(fleet.threads()).isPositive();
    assertThat(report()).contains("3 routers ran in one process");
  }

  @Test
  void steps_are_measured() throws Exception {
    measured.parts.addAll(Parts.measure(/* forks= */ 0, TimeValue.milliseconds(5), 1));
    assertThat(measured.parts)
        .extracting(Parts::name)
        .containsExactlyInAnyOrder("decision", "lease", "permitAndOutcome");
    assertThat(measured.parts).allSatisfy(part -> assertThat(part.nanos()).isPositive());
    assertThat(report()).contains("| lease | 1 |");
  }

  @Test
  void failover_counts_what_callers_notice() throws Exception {
    Failover failover = new Failover(directory, EFFORT);
    measured.failovers.add(failover.run(Failover.Client.ROUTER, Failover.Fault.TOGGLE));
    measured.failovers.add(failover.run(Failover.Client.BREAKER_INTERCEPTOR, Failover.Fault.KILL));
    assertThat(measured.failovers.get(0).failed()).as("the router moves them").isZero();
    assertThat(measured.failovers.get(1).failed()).as("it has nowhere to go").isPositive();
    assertThat(report()).contains("| router | toggle |");
  }

  @Test
  void idle_router_has_no_connection() throws Exception {
    IdleCost idle = IdleCost.measure(50, directory);
    measured.idle.add(idle);
    measured.swaps.addAll(SwapCost.measure(50, 2));
    measured.replays.add(ReplayHeap.measure(4));
    assertThat(idle.connections()).isZero();
    ReplayHeap replay = measured.replays.get(0);
    assertThat(replay.keptBytes())
        .as("it must be able to send them again")
        .isEqualTo(replay.sentBytes());
    assertThat(replay.keptAfterAnswerBytes()).isZero();
    assertThat(report()).contains("connections", "keeps");
  }
}
