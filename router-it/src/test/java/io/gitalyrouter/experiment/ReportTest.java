package io.gitalyrouter.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.gitalyrouter.route.Route;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ReportTest {
  private final Samples samples = Samples.flawless();

  @Test
  void good_run_says_so_in_both_forms() {
    Report report = report(Optional.empty());

    assertThat(report.passed()).isTrue();
    assertThat(MarkdownReport.of(report))
        .contains("**PASSED**")
        .contains("| `dark.network-calls` |")
        .contains("| observe | git01 | network | 3 | OK 3 | 0 | 1.5 | 1.5 | 1.5 |")
        .contains("| 12:30:00.250 | experiment | killed the network server (SIGKILL) |");
    JsonObject json = JsonParser.parseString(JsonReport.of(report)).getAsJsonObject();
    assertThat(json.get("passed").getAsBoolean()).isTrue();
    assertThat(json.getAsJsonArray("checks")).hasSize(report.checks().size());
  }

  @Test
  void violated_check_is_named_with_its_number() {
    samples.dark = Optional.of(new ServerCounters(3, 0, 0, 0));
    Report report = report(Optional.of(Sabotage.DARK_TRAFFIC));

    assertThat(report.passed()).isFalse();
    assertThat(MarkdownReport.of(report))
        .contains("**FAILED**")
        .contains("violated: `dark.network-calls`")
        .contains(": 3 (expected = 0)")
        .contains("Planted on purpose: `dark-traffic`");
  }

  @Test
  void report_without_checks_is_not_a_pass() {
    Report report =
        new Report(
            Instant.EPOCH,
            Duration.ZERO,
            Map.of(),
            Optional.empty(),
            List.of(),
            Map.of(),
            Map.of(),
            List.of(),
            Optional.empty(),
            List.of());

    assertThat(report.passed()).isFalse();
  }

  @Test
  void replayed_call_is_a_fallback_of_the_server_that_answered() {
    String id = samples.read(Hosts.CANARY, Phase.KILL, Route.LOCAL, "OK");
    samples.served.add(new ServerEntry(Route.NETWORK, Samples.READ, id, Optional.empty()));

    PhaseRow local =
        PhaseRow.of(samples.evidence()).stream()
            .filter(r -> r.phase() == Phase.KILL)
            .filter(r -> r.host().equals(Hosts.CANARY) && r.route().equals("local"))
            .findFirst()
            .orElseThrow();

    assertThat(local.calls()).isEqualTo(2);
    assertThat(local.fallbacks()).isEqualTo(1);
  }

  private Report report(Optional<Sabotage> sabotage) {
    Evidence evidence = samples.evidence();
    return new Report(
        Instant.parse("2017-05-26T12:30:00Z"),
        Duration.ofSeconds(61),
        Map.of("rate", "150"),
        sabotage,
        PhaseRow.of(evidence),
        Map.of(Phase.KILL, new MutationChecks.Unknown(1, 2, 0)),
        Map.of("git01 in kill", 5L),
        List.of(
            new TimelineEntry(
                Instant.parse("2017-05-26T12:30:00.250Z"),
                "experiment",
                "killed the network server (SIGKILL)")),
        Optional.empty(),
        Checks.of(evidence));
  }
}
