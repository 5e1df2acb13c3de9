package io.gitalyrouter.config.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.route.Decision;
import io.gitalyrouter.route.Reason;
import io.gitalyrouter.route.Route;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls that no draw has given to their arm, or whose route is not that of their arm. */
final class NotDrawnTest {
  private static final String READ = "gitaly.CommitService/FindCommit";
  private static final String RULED = "gitaly.RefService/RefExists";
  private static final Decision METHOD_RULE =
      new Decision(Route.LOCAL, Route.LOCAL, Reason.METHOD_RULE);
  private static final Decision ROLE_OFF = new Decision(Route.LOCAL, Route.LOCAL, Reason.ROLE_OFF);
  private static final Decision STAYS_LOCAL =
      new Decision(Route.NETWORK, Route.LOCAL, Reason.STICKY);
  private static final Decision STAYS_ON_NETWORK =
      new Decision(Route.LOCAL, Route.NETWORK, Reason.STICKY);

  @TempDir private Path directory;

  private CompareReport report(Design design) throws IOException {
    TimingData data = TimingData.read(List.of(directory));
    return Comparison.of(
        ComparisonPlan.of(design, data.begin(), data.end())
            .withTimes(data.slotLength(), Duration.ZERO, Duration.ofMinutes(5)),
        data);
  }

  private RecordedLog log(String host, long seed) {
    return new RecordedLog(directory, host, SyntheticLog.FROM, seed);
  }

  @Test
  void methods_that_the_role_is_not_about_are_in_neither_arm() throws IOException {
    try (RecordedLog log = log("git01", 1)) {
      for (int slot = 0; slot < 30; slot++) {
        for (int i = 0; i < 50; i++) {
          // Fast, and always local: among the local calls they would make the local side look fast.
          log.call(RULED, METHOD_RULE, Route.LOCAL, 0.1);
        }
        log.slots(1, 100, 1);
      }
    }
    CompareReport report = report(Design.RPC);
    assertThat(report.leftOut()).containsEntry(Selection.NOT_OF_THE_ROLE, 1_500L);
    assertThat(report.overall().at(0.5).orElseThrow().ratio().contains(1)).isTrue();
    assertThat(report.check("sample ratio").orElseThrow().result())
        .isEqualTo(SanityCheck.Result.PASSED);
  }

  @Test
  void whole_hosts_are_compared_by_the_methods_of_the_role_alone() throws IOException {
    for (int host = 1; host <= 8; host++) {
      boolean treated = host <= 4;
      try (RecordedLog log = log("git0" + host, host)) {
        for (int slot = 0; slot < 30; slot++) {
          for (int i = 0; i < 60; i++) {
            log.call(RULED, treated ? METHOD_RULE : ROLE_OFF, Route.LOCAL, 0.1);
          }
          for (int i = 0; i < 40; i++) {
            log.call(
                READ,
                treated ? RecordedLog.NETWORK : ROLE_OFF,
                treated ? Route.NETWORK : Route.LOCAL,
                log.millis() * (treated ? 2 : 1));
          }
          log.slot();
        }
      }
    }
    CompareReport report = report(Design.HOST);
    assertThat(report.leftOut())
        .containsExactly(Map.entry(Selection.NOT_OF_THE_ROLE, 8L * 30 * 60));
    assertThat(report.overall().localCalls()).isEqualTo(4 * 30 * 40);
    assertThat(report.overall().networkCalls())
        .as("a host of the role is in its arm, though most of its calls are local by the rule")
        .isEqualTo(4 * 30 * 40);
    assertThat(report.overall().at(0.5).orElseThrow().ratio().estimate()).isBetween(1.9, 2.1);
  }

  @Test
  void sticky_calls_stay_in_the_arm_of_their_draw_and_the_report_says_how_many()
      throws IOException {
    try (RecordedLog log = log("git01", 2)) {
      for (int slot = 0; slot < 40; slot++) {
        for (int i = 0; i < 20; i++) {
          // Readers after a write are slow on either side. Left out of the arm that they leave,
          // they
          // would make the other arm look slow.
          boolean network = log.draw();
          log.call(READ, network ? STAYS_LOCAL : RecordedLog.LOCAL, Route.LOCAL, 20 * log.millis());
        }
        log.slots(1, 80, 1);
      }
      log.call(READ, STAYS_ON_NETWORK, Route.NETWORK, log.millis());
      log.slot();
    }
    CompareReport report = report(Design.RPC);
    assertThat(report.overall().localCalls() + report.overall().networkCalls())
        .isEqualTo(40 * 100 + 1);
    assertThat(report.overall().at(0.95).orElseThrow().ratio().contains(1)).isTrue();
    SanityCheck sticky = report.check("sticky calls").orElseThrow();
    assertThat(sticky.result()).isEqualTo(SanityCheck.Result.NOTED);
    assertThat(sticky.detail()).matches("\\d{3} calls \\(\\d+\\.\\d\\d %\\) followed a write .*");
    assertThat(report.fallbacks().networkCount()).as("they are no fallbacks").isZero();
  }
}
