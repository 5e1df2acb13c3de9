package io.gitalyrouter.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.route.Route;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Every flaw that is planted is found, and by its own check. */
final class ChecksTest {
  private final Samples samples = Samples.flawless();

  @Test
  void flawless_run_violates_nothing() {
    assertThat(samples.violated()).isEmpty();
  }

  @Test
  void empty_run_is_not_a_good_run() {
    Evidence nothing =
        new Evidence(
            List.of(),
            List.of(),
            List.of(),
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            0,
            0,
            Optional.empty(),
            Map.of());

    assertThat(Checks.of(nothing).stream().filter(c -> !c.passed()).map(Check::name))
        .contains(
            "load.silent-phases",
            "dark.network-calls",
            "dark.network-connections",
            "observe.git01-network-share",
            "observe.clone-differences",
            "compare.git01-local-calls",
            "compare.git01-network-calls",
            "kill.network-calls",
            "kill.fallbacks",
            "freeze.mutations-acknowledged",
            "postcheck.network-calls");
  }

  @Test
  void call_in_dark_is_found_by_the_servers_counter() {
    samples.dark = Optional.of(new ServerCounters(1, 0, 0, 0));

    assertThat(samples.violated()).containsExactly("dark.network-calls");
  }

  @Test
  void health_check_in_dark_counts_as_well() {
    samples.dark = Optional.of(new ServerCounters(0, 1, 1, 1));

    assertThat(samples.violated())
        .containsExactly("dark.network-calls", "dark.network-connections");
  }

  @Test
  void local_calls_of_the_canary_in_observe_lower_its_share() {
    samples.read(Hosts.CANARY, Phase.OBSERVE, Route.LOCAL, "OK");

    assertThat(samples.violated()).containsExactly("observe.git01-network-share");
  }

  @Test
  void network_call_of_the_control_host_is_found() {
    samples.read(Hosts.CONTROL, Phase.OBSERVE, Route.NETWORK, "OK");

    assertThat(samples.violated())
        .containsExactly("observe.git02-network-calls", "books.git02-network-calls");
  }

  @Test
  void bad_clone_is_found() {
    samples.cloned = Optional.of(new Evidence.CloneResult(3, 0, false));

    assertThat(samples.violated()).containsExactly("observe.clone-differences");
  }

  @Test
  void failed_read_in_a_fault_is_found() {
    samples.read(Hosts.CANARY, Phase.KILL, Route.NETWORK, "UNAVAILABLE");

    assertThat(samples.violated()).containsExactly("kill.replayable-failed");
  }

  @Test
  void failed_write_in_a_fault_is_allowed_and_counted() {
    String ran = samples.write(Hosts.CANARY, Phase.FREEZE, Route.NETWORK);
    samples.ending(ran, Optional.of("DEADLINE_EXCEEDED"));
    String lost = samples.write(Hosts.CANARY, Phase.FREEZE, Route.NETWORK);
    samples.ending(lost, Optional.of("UNAVAILABLE"));
    samples.executions.removeIf(e -> e.callId().equals(lost));
    samples.refs.remove("refs/experiment/" + lost);

    assertThat(samples.violated()).isEmpty();
    assertThat(MutationChecks.of(samples.evidence()).reportedAsFailed(Phase.FREEZE))
        .isEqualTo(new MutationChecks.Unknown(1, 1, 0));
  }

  @Test
  void failed_write_without_a_fault_is_found() {
    samples.ending(
        samples.write(Hosts.CANARY, Phase.ROLLBACK, Route.LOCAL), Optional.of("UNAVAILABLE"));

    assertThat(samples.violated()).containsExactly("rollback.failed-calls");
  }

  @Test
  void second_execution_is_found_on_either_server() {
    String id = samples.write(Hosts.CANARY, Phase.KILL, Route.NETWORK);
    samples.executions.add(new ServerEntry(Route.LOCAL, Samples.WRITE, id, Optional.empty()));

    assertThat(samples.violated())
        .containsExactly("kill.mutations-executed-twice", "run.mutations-executed-twice");
  }

  @Test
  void acknowledged_write_without_a_reference_is_found() {
    String id = samples.write(Hosts.CANARY, Phase.FREEZE, Route.NETWORK);
    samples.refs.remove("refs/experiment/" + id);

    assertThat(samples.violated())
        .containsExactly(
            "freeze.mutations-acknowledged-absent", "run.mutations-acknowledged-absent");
  }

  @Test
  void acknowledged_write_without_a_ledger_line_is_found() {
    String id = samples.write(Hosts.CANARY, Phase.DARK, Route.LOCAL);
    samples.executions.removeIf(e -> e.callId().equals(id));

    assertThat(samples.violated()).containsExactly("run.mutations-acknowledged-absent");
  }

  @Test
  void write_that_nobody_heard_of_again_is_found() {
    samples.ending(samples.write(Hosts.CANARY, Phase.KILL, Route.NETWORK), Optional.empty());

    assertThat(samples.violated())
        .containsExactly("kill.mutations-unaccounted", "run.mutations-unaccounted");
  }

  @Test
  void restart_for_a_rollback_is_found() {
    samples.restarts = 1;

    assertThat(samples.violated()).containsExactly("rollback.restarts");
  }

  @Test
  void call_after_the_drain_is_found_by_the_servers_counter() {
    samples.end = Optional.of(new ServerCounters(101, 7, 3, 1));

    assertThat(samples.violated())
        .containsExactly("postcheck.network-calls", "postcheck.network-connections");
  }

  @Test
  void call_that_no_worker_made_is_found() {
    samples.served.add(new ServerEntry(Route.NETWORK, Samples.READ, "", Optional.of("OK")));

    assertThat(samples.violated()).containsExactly("books.calls-of-nobody");
  }

  @Test
  void answer_that_no_server_gave_is_found() {
    String id = samples.read(Hosts.CONTROL, Phase.OBSERVE, Route.LOCAL, "OK");
    samples.served.removeIf(e -> e.callId().equals(id));

    assertThat(samples.violated()).containsExactly("books.acknowledged-not-served");
  }

  @Test
  void hole_in_a_workers_journal_is_found() {
    String id = samples.read(Hosts.CONTROL, Phase.OBSERVE, Route.LOCAL, "OK");
    samples.calls.removeIf(c -> c.id().equals(id));

    assertThat(samples.violated()).containsExactly("books.calls-not-in-a-journal");
  }
}
