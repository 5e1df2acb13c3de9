package io.gitalyrouter.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitalyrouter.breaker.BreakerMode;
import io.gitalyrouter.route.Explanation;
import io.gitalyrouter.route.Route;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is said of a call that nobody makes. */
final class ExplainTest {
  private static final String READER = "gitaly.CommitService/FindCommit";

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
  void name_that_is_no_method_is_refused() {
    routing.rule(ScriptedRouting.ALL);
    for (String name : new String[] {"FindCommit", "/FindCommit", "gitaly.CommitService/"}) {
      assertThatThrownBy(() -> explain(name))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("\"" + name + "\"");
    }
  }
}
