package io.gitalyrouter.config.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gitalyrouter.config.DocumentView;
import io.gitalyrouter.config.admin.HostReport;
import io.gitalyrouter.config.admin.HostReport.Calls;
import io.gitalyrouter.config.admin.HostReport.MethodCalls;
import io.gitalyrouter.config.source.SourceContent;
import io.gitalyrouter.config.store.FileStore;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Calls per second that a change sends another way, from two reports of each process. */
final class PlannedCallsTest {
  private static final String FIND = "gitaly.CommitService/FindCommit";
  private static final String REFS = "gitaly.RefService/ListRefs";

  private static DocumentView document(String role, String roles) {
    String text =
        """
        version: 1
        storages:
          one:
            local: { address: "unix:/nowhere/gitaly.socket" }
            network: { address: "tcp://127.0.0.1:1" }
        roles:
          network-gitaly: { route: network, storages: [one], ROLE }
        hosts:
          git01: { roles: [ROLES] }
          "web*": { roles: [ROLES] }
        """
            .replace("ROLES", roles)
            .replace("ROLE", role);
    return DocumentView.of(SourceContent.of("router.yaml", text.getBytes(UTF_8)));
  }

  /** A process that began so many calls of each method on each route, seconds after the start. */
  private static HostReport report(String host, String pid, int second, long find, long refs) {
    HostReport.Storage storage =
        new HostReport.Storage(
            "one",
            Optional.empty(),
            0,
            "unix:/nowhere/gitaly.socket",
            Optional.empty(),
            "DARK",
            HostReport.RouteState.LOCAL,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(
                new Calls(
                    "local", find, 0, Optional.empty(), List.of(new MethodCalls(FIND, find, 0))),
                new Calls(
                    "network",
                    refs,
                    0,
                    Optional.empty(),
                    List.of(new MethodCalls(REFS, refs, 0)))));
    return new HostReport(
        HostReport.VERSION,
        Shell.NOW.plusSeconds(second),
        host,
        pid,
        "1.0",
        new HostReport.Config(
            "a".repeat(64), "x", 1, Shell.NOW, Optional.empty(), false, List.of(), List.of()),
        1,
        List.of(),
        List.of(storage),
        List.of(),
        Optional.empty());
  }

  private static Map<String, HostReport> by(HostReport... reports) {
    Map<String, HostReport> by = new LinkedHashMap<>();
    for (HostReport report : reports) {
      by.put(report.host() + " process " + report.process(), report);
    }
    return by;
  }

  private static PlannedCalls plan(
      DocumentView before,
      DocumentView after,
      Map<String, HostReport> first,
      Map<String, HostReport> second) {
    Effects effects = Effects.between(before, after);
    CallRates rates = CallRates.between(effects.hosts(), before, first, second);
    return PlannedCalls.of(effects, before, after, rates);
  }

  @Test
  void calls_of_all_processes_of_an_entry_count_by_their_share_and_methods() {
    PlannedCalls plan =
        plan(
            document("percent: 50", ""),
            document("percent: 50, methods: [RefService/*]", "network-gitaly"),
            by(
                report("git01", "1", 0, 100, 1000),
                report("web01", "1", 0, 0, 0),
                report("web02", "1", 0, 0, 0)),
            by(
                report("git01", "1", 5, 200, 1050),
                report("web01", "1", 10, 0, 40),
                report("web02", "1", 5, 10, 0)));
    assertThat(plan.troubles()).isEmpty();
    PlannedCalls.Row git01 = plan.rows().get(0);
    assertThat(git01.all().getAsDouble()).isEqualTo(30, within(1e-9));
    assertThat(git01.before().getAsDouble()).isZero();
    assertThat(git01.after().getAsDouble()).as("half of ListRefs").isEqualTo(5, within(1e-9));
    PlannedCalls.Row web = plan.rows().get(1);
    assertThat(web.all().getAsDouble()).isEqualTo(6, within(1e-9));
    assertThat(web.after().getAsDouble()).isEqualTo(2, within(1e-9));
    assertThat(plan.text())
        .contains("30.0     0.0 -> 5.0", "sends about 7.0 calls/s more to the network side\n");
  }

  @Test
  void what_goes_back_is_taken_from_the_network_side() {
    PlannedCalls plan =
        plan(
            document("percent: 100", "network-gitaly"),
            document("percent: 100", ""),
            by(report("git01", "1", 0, 0, 0), report("web01", "1", 0, 0, 0)),
            by(report("git01", "1", 2, 20, 20), report("web01", "1", 2, 0, 0)));
    assertThat(plan.text())
        .contains("20.0     20.0 -> 0.0", "takes about 20.0 calls/s from the network side\n");
  }

  @Test
  void what_cannot_be_known_is_unknown_and_never_zero() {
    DocumentView before = document("percent: 100", "");
    DocumentView after = document("percent: 100", "network-gitaly");
    PlannedCalls nobody = plan(before, after, by(), by());
    assertThat(nobody.troubles())
        .containsExactly("git01: no process was heard", "web*: no process was heard");
    assertThat(nobody.text()).contains("unknown  unknown").doesNotContain("calls/s more");
    assertThat(nobody.toJson().get(0).getAsJsonObject().get("calls_per_second").isJsonNull())
        .isTrue();

    PlannedCalls odd =
        plan(
            before,
            after,
            by(report("git01", "1", 0, 50, 0), report("web01", "1", 3, 0, 0)),
            by(report("git01", "1", 5, 40, 0), report("web01", "1", 3, 0, 0)));
    assertThat(odd.troubles())
        .containsExactly(
            "git01: git01 process 1 began to count anew",
            "web*: web01 process 1 reported only once");

    PlannedCalls half =
        plan(
            before,
            after,
            by(
                report("git01", "1", 0, 0, 0),
                report("git01", "2", 0, 0, 0),
                report("web01", "1", 0, 0, 0)),
            by(report("git01", "1", 5, 40, 0), report("web01", "1", 5, 10, 0)));
    assertThat(half.troubles())
        .as("a process that has gone")
        .containsExactly("git01: git01 process 2 reported only once");
    assertThat(half.text()).contains("sends about 2.0 calls/s more");
  }

  @Test
  void nobody_is_asked_for_no_time() {
    CallRates rates =
        CallRates.measure(
            FileStore.of(
                Path.of("/nowhere/router.yaml"), Path.of("/nowhere"), Duration.ofSeconds(1)),
            Set.of("git01"),
            document("percent: 1", ""),
            Duration.ZERO,
            new Shell().console(new StringWriter(), new StringWriter()));
    assertThat(rates.troubles()).containsExactly("git01: not measured");
  }
}
