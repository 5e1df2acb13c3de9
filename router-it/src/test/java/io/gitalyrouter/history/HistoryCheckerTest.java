package io.gitalyrouter.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.history.ObservedCall.Answer;
import io.gitalyrouter.history.ObservedCall.Kind;
import io.gitalyrouter.history.ObservedCall.Times;
import io.gitalyrouter.history.Violation.Rule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A clean history, and one with each crime planted in it. */
final class HistoryCheckerTest {
  private static final Balance EVEN = new Balance(0, 0, "CLOSED", 0);
  private static final Answer BY_NETWORK = new Answer("tcp-7", "tcp-7", /* whole= */ true);
  private static final Answer BY_LOCAL = new Answer("unix-6", "unix-6", /* whole= */ true);
  private static final Answer NONE = new Answer("", "", /* whole= */ false);

  private final List<ObservedCall> calls = new ArrayList<>();
  private final List<ServedCall> served = new ArrayList<>();
  private final List<ServedCall> executions = new ArrayList<>();
  private final Set<String> references = new HashSet<>();
  private final List<QuietTime> quiet = new ArrayList<>();
  private Balance balance = EVEN;

  HistoryCheckerTest() {
    calls.add(read(1, "OK", BY_NETWORK));
    served.add(new ServedCall(Server.NETWORK, 1, "read", "OK"));
    calls.add(read(2, "OK", BY_LOCAL));
    served.add(new ServedCall(Server.NETWORK, 2, "read", ""));
    served.add(new ServedCall(Server.LOCAL, 2, "read", "OK"));
    calls.add(write(3, "OK", BY_NETWORK));
    executions.add(new ServedCall(Server.NETWORK, 3, "write", "OK"));
    references.add("r ref 3");
    quiet.add(new QuietTime("off", Server.NETWORK, 1_000, 2_000, 0));
  }

  @Test
  void clean_history_has_no_violation() {
    assertThat(rules()).isEmpty();
  }

  @Test
  void failures_that_are_allowed_are_none() {
    calls.add(read(10, "INTERNAL", NONE));
    served.add(new ServedCall(Server.SPARE, 10, "read", "INTERNAL"));
    calls.add(
        new ObservedCall(
            11, "read", Kind.REPLAYABLE, "", new Times(0, 1, 500, 500), 1, "UNAVAILABLE", NONE));
    calls.add(read(12, "UNAVAILABLE", new Answer("tcp-7", "tcp-7", /* whole= */ false)));
    calls.add(write(13, "UNAVAILABLE", NONE));
    executions.add(new ServedCall(Server.NETWORK, 13, "write", "OK"));

    assertThat(rules()).isEmpty();
  }

  @Test
  void call_without_an_end_is_caught() {
    calls.add(ended(10, 0));

    assertThat(rules()).containsExactly(Rule.ENDS_ONCE);
  }

  @Test
  void call_with_two_ends_is_caught() {
    calls.add(ended(10, 2));

    assertThat(rules()).containsExactly(Rule.ENDS_ONCE);
  }

  @Test
  void mutation_executed_on_both_sides_is_caught() {
    executions.add(new ServedCall(Server.LOCAL, 3, "write", "FAILED_PRECONDITION"));

    assertThat(rules()).containsExactly(Rule.EXECUTED_ONCE);
  }

  @Test
  void failed_mutation_executed_twice_is_caught() {
    calls.add(write(10, "UNAVAILABLE", NONE));
    executions.add(new ServedCall(Server.NETWORK, 10, "write", ""));
    executions.add(new ServedCall(Server.LOCAL, 10, "write", "OK"));

    assertThat(rules()).containsExactly(Rule.EXECUTED_ONCE);
  }

  @Test
  void acknowledged_mutation_that_is_in_no_ledger_is_caught() {
    executions.clear();

    assertThat(rules()).containsExactly(Rule.ACKNOWLEDGED_IS_THERE);
  }

  @Test
  void acknowledged_mutation_that_is_not_in_the_repository_is_caught() {
    references.clear();
    references.add("r ref 4");

    assertThat(rules()).containsExactly(Rule.ACKNOWLEDGED_IS_THERE);
  }

  @Test
  void answer_of_two_servers_is_caught() {
    calls.add(read(10, "OK", new Answer("tcp-7", "unix-6", /* whole= */ true)));

    assertThat(rules()).containsExactly(Rule.ONE_SERVER);
  }

  @Test
  void answer_with_doubled_messages_is_caught() {
    calls.add(read(10, "OK", new Answer("unix-6", "unix-6", /* whole= */ false)));

    assertThat(rules()).containsExactly(Rule.ONE_SERVER);
  }

  @Test
  void replayable_call_that_failed_with_the_network_side_alone_is_caught() {
    calls.add(read(10, "UNAVAILABLE", NONE));
    served.add(new ServedCall(Server.NETWORK, 10, "read", "UNAVAILABLE"));

    assertThat(rules()).containsExactly(Rule.REPLAYABLE_SERVED);
  }

  @Test
  void replayable_call_that_failed_though_local_answered_is_caught() {
    calls.add(read(10, "UNAVAILABLE", new Answer("unix-6", "", /* whole= */ false)));
    served.add(new ServedCall(Server.LOCAL, 10, "read", "OK"));

    assertThat(rules()).containsExactly(Rule.REPLAYABLE_SERVED);
  }

  @Test
  void call_that_reaches_the_side_that_was_switched_off_is_caught() {
    calls.add(at(10, 1_000, 1_001));
    served.add(new ServedCall(Server.NETWORK, 10, "read", "OK"));

    assertThat(rules()).containsExactly(Rule.OLD_SIDE_QUIET);
  }

  @Test
  void call_whose_route_was_chosen_across_the_toggle_is_free_to_go_either_way() {
    calls.add(at(10, 999, 1_001));
    calls.add(at(11, 1_999, 2_001));
    served.add(new ServedCall(Server.NETWORK, 10, "read", "OK"));
    served.add(new ServedCall(Server.NETWORK, 11, "read", "OK"));

    assertThat(rules()).isEmpty();
  }

  @Test
  void call_may_move_to_the_local_server_that_came_back_before_its_end() {
    quiet.add(new QuietTime("replaced", Server.LOCAL, 1_000, 2_000, 0));
    calls.add(at(10, 1_500, 1_999));
    served.add(new ServedCall(Server.LOCAL, 10, "read", "OK"));
    assertThat(rules()).containsExactly(Rule.OLD_SIDE_QUIET);

    calls.remove(calls.size() - 1);
    calls.add(at(10, 1_500, 2_000));
    assertThat(rules()).isEmpty();
  }

  @Test
  void stray_call_after_the_drain_is_caught() {
    quiet.add(new QuietTime("off", Server.LOCAL, 5_000, 6_000, 1));

    assertThat(rules()).containsExactly(Rule.OLD_SIDE_QUIET);
  }

  @Test
  void lease_and_permit_that_are_kept_are_caught() {
    balance = new Balance(1, 1, "CLOSED", 0);
    assertThat(rules()).containsExactly(Rule.LEASES_RETURNED);
    balance = new Balance(0, 1, "CLOSED", 0);
    assertThat(rules()).containsExactly(Rule.LEASES_RETURNED);
    balance = new Balance(0, 0, "HALF_OPEN", 0);
    assertThat(rules()).containsExactly(Rule.LEASES_RETURNED);
  }

  @Test
  void kept_replay_bytes_are_caught() {
    balance = new Balance(0, 0, "CLOSED", 17);

    assertThat(rules()).containsExactly(Rule.REPLAY_BYTES_RETURNED);
  }

  private List<Rule> rules() {
    return HistoryChecker.check(new History(calls, served, executions, references, quiet, balance))
        .stream()
        .map(Violation::rule)
        .toList();
  }

  private static ObservedCall read(long id, String status, Answer answer) {
    return new ObservedCall(
        id, "read", Kind.REPLAYABLE, "", new Times(0, 1, 2, 500), 1, status, answer);
  }

  private static ObservedCall write(long id, String status, Answer answer) {
    return new ObservedCall(
        id, "write", Kind.ONCE, "r ref " + id, new Times(0, 1, 2, 500), 1, status, answer);
  }

  private static ObservedCall ended(long id, int closes) {
    return new ObservedCall(
        id, "read", Kind.REPLAYABLE, "", new Times(0, 1, 2, 500), closes, "OK", BY_LOCAL);
  }

  private static ObservedCall at(long id, long begin, long routed) {
    return new ObservedCall(
        id,
        "read",
        Kind.REPLAYABLE,
        "",
        new Times(begin, routed, routed + 1, 500),
        1,
        "OK",
        BY_NETWORK);
  }
}
