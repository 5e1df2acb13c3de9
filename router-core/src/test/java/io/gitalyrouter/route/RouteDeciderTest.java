package io.gitalyrouter.route;

import static io.gitalyrouter.route.NetworkCondition.NOT_READY;
import static io.gitalyrouter.route.NetworkCondition.READY;
import static io.gitalyrouter.route.NetworkCondition.SUSPECT;
import static io.gitalyrouter.route.Route.LOCAL;
import static io.gitalyrouter.route.Route.NETWORK;
import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.route.RouteRule.BucketUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RouteDeciderTest {
  private static final Endpoint LOCAL_SIDE = Endpoint.parse("unix:/gitaly.socket");
  private static final Endpoint NETWORK_SIDE = Endpoint.parse("tcp://file01:9999");

  private static StorageRoutes at(double percent) {
    return new StorageRoutes(
        "s",
        LOCAL_SIDE,
        Optional.of(NETWORK_SIDE),
        RouteRule.network("network-gitaly", percent, BucketUnit.RPC));
  }

  private static Decision decide(
      boolean forced,
      @Nullable Route override,
      StorageRoutes routes,
      boolean pinned,
      int bucket,
      NetworkCondition network) {
    return RouteDecider.decide(forced, override, routes, true, pinned, bucket, network);
  }

  @Test
  void method_that_the_role_is_not_about_is_meant_for_the_local_side() {
    assertThat(RouteDecider.decide(false, null, at(100), false, true, 0, SUSPECT))
        .isEqualTo(new Decision(LOCAL, LOCAL, Reason.METHOD_RULE));
    assertThat(RouteDecider.decide(false, NETWORK, at(100), false, false, 0, READY))
        .isEqualTo(new Decision(NETWORK, NETWORK, Reason.OVERRIDE));
  }

  @Test
  void rules_are_asked_in_order() {
    StorageRoutes alone = StorageRoutes.localOnly("s", LOCAL_SIDE);
    StorageRoutes off = at(100).withRule(RouteRule.off());
    assertThat(decide(true, NETWORK, at(100), true, 0, READY))
        .isEqualTo(new Decision(LOCAL, LOCAL, Reason.FORCED_LOCAL));
    assertThat(decide(false, LOCAL, at(100), true, 0, READY))
        .isEqualTo(new Decision(LOCAL, LOCAL, Reason.OVERRIDE));
    assertThat(decide(false, NETWORK, alone, false, 0, READY))
        .isEqualTo(new Decision(LOCAL, LOCAL, Reason.NO_NETWORK));
    assertThat(decide(false, null, off, true, 0, READY))
        .isEqualTo(new Decision(LOCAL, LOCAL, Reason.ROLE_OFF));
    assertThat(decide(false, null, at(10), true, 1000, READY))
        .isEqualTo(new Decision(LOCAL, LOCAL, Reason.BUCKET));
    assertThat(decide(false, null, at(10), true, 999, SUSPECT))
        .isEqualTo(new Decision(NETWORK, LOCAL, Reason.PINNED));
    assertThat(decide(false, null, at(100), false, 0, NOT_READY))
        .isEqualTo(new Decision(NETWORK, LOCAL, Reason.NOT_READY));
    assertThat(decide(false, null, at(100), false, 0, SUSPECT))
        .isEqualTo(new Decision(NETWORK, LOCAL, Reason.SUSPECT));
    assertThat(decide(false, null, at(100), false, 9999, READY))
        .isEqualTo(new Decision(NETWORK, NETWORK, Reason.ROLE));
    assertThat(decide(false, NETWORK, off, false, 9999, READY))
        .isEqualTo(new Decision(NETWORK, NETWORK, Reason.OVERRIDE));
    assertThat(decide(false, NETWORK, off, false, 9999, NOT_READY))
        .as("an override never waits for a dark side")
        .isEqualTo(new Decision(NETWORK, LOCAL, Reason.NOT_READY));
  }

  @Test
  void write_on_the_other_side_outweighs_the_role_and_nothing_else() {
    Decision role = decide(false, null, at(10), false, 0, READY);
    Decision bucket = decide(false, null, at(10), false, 1000, READY);
    assertThat(RouteDecider.stay(role, LOCAL, READY))
        .isEqualTo(new Decision(NETWORK, LOCAL, Reason.STICKY));
    assertThat(RouteDecider.stay(bucket, NETWORK, READY))
        .isEqualTo(new Decision(LOCAL, NETWORK, Reason.STICKY));
    assertThat(RouteDecider.stay(role, NETWORK, READY)).isEqualTo(role);
    assertThat(RouteDecider.stay(bucket, LOCAL, READY)).isEqualTo(bucket);
    for (NetworkCondition sick : NetworkCondition.values()) {
      if (sick != READY) {
        assertThat(RouteDecider.stay(bucket, NETWORK, sick)).as("%s", sick).isEqualTo(bucket);
      }
    }
    for (Decision stronger :
        List.of(
            decide(true, null, at(100), false, 0, READY),
            decide(false, LOCAL, at(100), false, 0, READY),
            decide(false, NETWORK, at(100), false, 0, READY),
            decide(false, null, at(100).withRule(RouteRule.off()), false, 0, READY),
            decide(false, null, at(100), true, 0, READY),
            decide(false, null, at(100), false, 0, SUSPECT))) {
      assertThat(RouteDecider.stay(stronger, NETWORK, READY)).isEqualTo(stronger);
      assertThat(RouteDecider.stay(stronger, LOCAL, READY)).isEqualTo(stronger);
    }
  }

  @Test
  void call_that_was_not_meant_for_the_network_side_is_not_counted_as_refused_there() {
    Decision bucket = decide(false, null, at(10), false, 1000, READY);
    Decision kept = RouteDecider.stay(bucket, NETWORK, READY);
    assertThat(kept.refusedBecause(Decision.BREAKER_OPEN)).isEqualTo(bucket);
    assertThat(Decision.ROLE.refusedBecause(Decision.BREAKER_OPEN))
        .isEqualTo(Decision.BREAKER_OPEN);
  }

  @Test
  void percentage_is_exact_in_hundredths() {
    assertThat(at(0.01).rule().networkBuckets()).isEqualTo(1);
    assertThat(at(33.33).rule().networkBuckets()).isEqualTo(3333);
    assertThat(at(100).rule().networkBuckets()).isEqualTo(RouteDecider.BUCKETS);
    assertThat(at(0.001).rule().isOn()).as("less than can be routed is off").isFalse();
  }
}
