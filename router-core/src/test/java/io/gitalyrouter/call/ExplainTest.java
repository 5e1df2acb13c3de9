package io.gitalyrouter.call;

import static io.gitalyrouter.fixture.GitalyMethods.FIND_COMMIT;
import static io.gitalyrouter.fixture.GitalyMethods.SIDECHANNEL;
import static io.gitalyrouter.fixture.GitalyMethods.UPDATE_HOOK;
import static io.gitalyrouter.fixture.GitalyMethods.WRITE_REF;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitalyrouter.breaker.BreakerMode;
import io.gitalyrouter.route.Decision;
import io.gitalyrouter.route.Explanation;
import io.gitalyrouter.route.MethodFilter;
import io.gitalyrouter.route.Reason;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.route.RouteRule;
import io.gitalyrouter.route.RouteRule.BucketUnit;
import io.gitalyrouter.route.StorageRoutes;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is said of a call that nobody makes. */
final class ExplainTest {
  private static final String READER = FIND_COMMIT.getFullMethodName();
  private static final String WRITER = WRITE_REF.getFullMethodName();

  private final ScriptedRouting routing = new ScriptedRouting();
  private final FakeSides sides = routing.sides;

  private Explanation explain(String method) {
    return routing.channel.explain(method, Optional.of("id-1"));
  }

  @Test
  void reader_goes_to_the_network_side_and_nothing_is_taken_for_it() {
    routing.rule(ScriptedRouting.ALL);
    Explanation said = explain(READER);
    assertThat(said.decision().route()).isEqualTo(Route.NETWORK);
    assertThat(said.trace())
        .anyMatch(line -> line.startsWith("routing table: generation 1, from test"))
        .anyMatch(line -> line.equals("forced local: no"))
        .anyMatch(line -> line.equals("network endpoint: tcp://file01:9999"))
        .anyMatch(line -> line.endsWith("100.0 % to the network side"))
        .anyMatch(
            line ->
                line.equals(
                    "method: " + READER + " may run again on the other side; the role is about it"))
        .anyMatch(line -> line.equals("network endpoint: READY"))
        .anyMatch(line -> line.startsWith("same files on both sides: SAME"))
        .anyMatch(line -> line.equals("breaker: CLOSED"))
        .anyMatch(line -> line.equals("calls on the network endpoint: 0"))
        .anyMatch(line -> line.startsWith("decision: meant for network, goes to network"));
    assertThat(sides.networkEndpoint.inFlight()).isZero();
    assertThat(sides.recorded).isEmpty();
  }

  @Test
  void open_breaker_sends_it_local() {
    routing.rule(ScriptedRouting.ALL);
    sides.breaker.force(BreakerMode.FORCED_OPEN, Duration.ofMinutes(1), "drill");
    Explanation said = explain(READER);
    assertThat(said.decision().route()).isEqualTo(Route.LOCAL);
    assertThat(said.decision().arm()).isEqualTo(Route.NETWORK);
    assertThat(said.trace()).anyMatch(line -> line.startsWith("breaker: FORCED_OPEN"));
  }

  @Test
  void a_call_gets_what_was_said_behind_any_set_of_closed_gates() {
    for (int gates = 0; gates < 8; gates++) {
      for (MethodDescriptor<String, String> method : List.of(FIND_COMMIT, WRITE_REF)) {
        ScriptedRouting one = behind((gates & 1) != 0, (gates & 2) != 0, (gates & 4) != 0);
        Decision said =
            one.channel.explain(method.getFullMethodName(), Optional.empty()).decision();
        assertThat(one.begun(method))
            .as("%s behind %s", method.getFullMethodName(), Integer.toBinaryString(gates))
            .isEqualTo("started " + said.reason().label());
        assertThat(said.arm()).isEqualTo(Route.NETWORK);
        assertThat(said.route())
            .isEqualTo(said.reason() == Reason.ROLE ? Route.NETWORK : Route.LOCAL);
      }
    }
  }

  /** A role with a limit of one call, and what stands between it and the network side. */
  private static ScriptedRouting behind(boolean doubtful, boolean open, boolean full) {
    ScriptedRouting made = new ScriptedRouting();
    made.rule(ScriptedRouting.ALL.withMaxInFlight(1));
    if (doubtful) {
      made.start(FIND_COMMIT);
      made.network().leave();
      made.network().close(Status.UNAVAILABLE);
    }
    if (full) {
      made.start(FIND_COMMIT);
    }
    if (open) {
      made.sides.breaker.force(BreakerMode.FORCED_OPEN, Duration.ofMinutes(1), "drill");
    }
    return made;
  }

  @Test
  void full_network_side_is_said_with_its_limit() {
    ScriptedRouting full = behind(/* doubtful= */ false, /* open= */ false, /* full= */ true);
    Explanation said = full.channel.explain(READER, Optional.empty());
    assertThat(said.decision()).isEqualTo(Decision.IN_FLIGHT_LIMIT);
    assertThat(said.trace()).contains("calls on the network endpoint: 1 of at most 1");
    assertThat(full.sides.networkEndpoint.inFlight()).isEqualTo(1);
  }

  @Test
  void doubtful_breaker_keeps_writers_local_and_says_so() {
    ScriptedRouting doubtful = behind(/* doubtful= */ true, /* open= */ false, /* full= */ false);
    Explanation said = doubtful.channel.explain(WRITER, Optional.empty());
    assertThat(said.decision()).isEqualTo(Decision.DOUBTFUL);
    assertThat(said.trace())
        .contains(
            "breaker: CLOSED; calls that must not run twice stay local",
            "method: " + WRITER + " must not run twice; the role is about it",
            "decision: meant for network, goes to local, because of doubtful");
    assertThat(doubtful.channel.explain(READER, Optional.empty()).decision().reason())
        .isEqualTo(Reason.ROLE);
  }

  @Test
  void bucket_of_a_correlation_id_is_the_same_each_time_and_decides() {
    routing.rule(RouteRule.network("r", 50, BucketUnit.CORRELATION_ID));
    Set<Reason> reasons = EnumSet.noneOf(Reason.class);
    for (int i = 0; i < 20; i++) {
      Explanation said = routing.channel.explain(READER, Optional.of("id-" + i));
      reasons.add(said.decision().reason());
      assertThat(said.trace()).filteredOn(line -> line.startsWith("bucket: ")).hasSize(1);
      assertThat(said.trace())
          .anyMatch(
              line ->
                  line.matches(
                      "bucket: [0-9]+, of the correlation id;"
                          + " below 5000 of 10000 is meant for the network"));
      assertThat(routing.channel.explain(READER, Optional.of("id-" + i)).trace())
          .isEqualTo(said.trace());
      boolean below = bucket(said) < 5_000;
      assertThat(said.decision().reason()).isEqualTo(below ? Reason.ROLE : Reason.BUCKET);
      routing.headers.discardAll(RoutingChannel.CORRELATION_ID);
      routing.headers.put(RoutingChannel.CORRELATION_ID, "id-" + i);
      assertThat(routing.begun(FIND_COMMIT))
          .isEqualTo("started " + said.decision().reason().label());
    }
    assertThat(reasons).containsExactlyInAnyOrder(Reason.BUCKET, Reason.ROLE);
  }

  private static int bucket(Explanation said) {
    return said.trace().stream()
        .filter(line -> line.startsWith("bucket: "))
        .map(line -> line.replaceAll("[^0-9]*([0-9]+).*", "$1"))
        .mapToInt(Integer::parseInt)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void bucket_without_a_correlation_id_or_of_single_calls_is_drawn() {
    routing.rule(RouteRule.network("r", 50, BucketUnit.CORRELATION_ID));
    assertDrawn(routing.channel.explain(READER, Optional.empty()));
    routing.rule(RouteRule.network("r", 50, BucketUnit.RPC));
    assertDrawn(routing.channel.explain(READER, Optional.of("id-1")));
    routing.rule(ScriptedRouting.ALL);
    assertThat(explain(READER).trace()).noneMatch(line -> line.startsWith("bucket"));
    routing.rule(RouteRule.network("r", 0, BucketUnit.RPC));
    assertThat(explain(READER).trace()).noneMatch(line -> line.startsWith("bucket"));
  }

  private static void assertDrawn(Explanation said) {
    assertThat(said.trace())
        .anyMatch(
            line ->
                line.matches(
                    "bucket: drawn for each call, [0-9]+ this time;"
                        + " below 5000 of 10000 is meant for the network"));
    assertThat(said.decision().reason())
        .isEqualTo(bucket(said) < 5_000 ? Reason.ROLE : Reason.BUCKET);
  }

  @Test
  void dark_network_side_is_said() {
    RouteSet set = sides.set(ScriptedRouting.ALL);
    RouteSet dark = new RouteSet(set.routes(), set.local(), null, sides, AfterWrites.NONE);
    routing.tables.add(new LiveTable(2, "test", Optional.empty(), Map.of("s", dark)));
    Explanation said = explain(READER);
    assertThat(said.decision().reason()).isEqualTo(Reason.NOT_READY);
    assertThat(said.trace())
        .contains("network side: dark")
        .noneMatch(line -> line.startsWith("breaker"))
        .endsWith("decision: meant for network, goes to local, because of not_ready");
  }

  @Test
  void role_that_is_off_and_storage_without_a_network_side_are_said() {
    routing.rule(RouteRule.off());
    Explanation off = explain(READER);
    assertThat(off.decision().reason()).isEqualTo(Reason.ROLE_OFF);
    assertThat(off.trace())
        .contains(
            "role: none names the storage on this host",
            "decision: meant for local, goes to local, because of role_off");
    StorageRoutes alone =
        new StorageRoutes("s", sides.localEndpoint.endpoint(), Optional.empty(), RouteRule.off());
    routing.tables.clear();
    RouteSet set = new RouteSet(alone, sides.localEndpoint, null, sides, AfterWrites.NONE);
    routing.tables.add(new LiveTable(3, "test", Optional.empty(), Map.of("s", set)));
    assertThat(explain(READER).decision().reason()).isEqualTo(Reason.NO_NETWORK);
    assertThat(explain(READER).trace()).contains("network endpoint: none");
  }

  @Test
  void forced_local_is_said_with_its_reason() {
    LiveTable table = sides.table(ScriptedRouting.ALL);
    routing.tables.add(new LiveTable(4, "test", Optional.of("drill"), table.storages()));
    Explanation said = explain(READER);
    assertThat(said.decision().reason()).isEqualTo(Reason.FORCED_LOCAL);
    assertThat(said.trace()).contains("forced local: drill");
  }

  @Test
  void methods_that_stay_are_said() {
    routing.rule(
        ScriptedRouting.ALL.withMethods(MethodFilter.of(List.of("HookService/*"), List.of())));
    assertThat(explain(READER).decision().reason()).isEqualTo(Reason.METHOD_RULE);
    assertThat(explain(READER).trace())
        .contains(
            "method: " + READER + " may run again on the other side; the role is not about it");
    String hook = UPDATE_HOOK.getFullMethodName();
    assertThat(explain(hook).decision().reason()).isEqualTo(Reason.PINNED);
    assertThat(explain(hook).trace())
        .contains("method: " + hook + " stays with one server; the role is about it");
    String side = SIDECHANNEL.getFullMethodName();
    assertThat(explain(side).trace())
        .contains(
            "method: "
                + side
                + " needs a side channel, is refused before it is sent; the role is not about it");
  }

  @Test
  void storage_that_the_table_does_not_name_is_refused() {
    routing.tables.add(new LiveTable(5, "router.yaml", Optional.empty(), Map.of()));
    assertThatThrownBy(() -> explain(READER))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"s\" is not in the routing table (router.yaml)");
  }

  @Test
  void name_that_is_no_method_is_refused() {
    routing.rule(ScriptedRouting.ALL);
    for (String name : new String[] {"FindCommit", "/FindCommit", "gitaly.CommitService/"}) {
      assertThatThrownBy(() -> explain(name))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("\"" + name + "\"");
    }
  }
}
