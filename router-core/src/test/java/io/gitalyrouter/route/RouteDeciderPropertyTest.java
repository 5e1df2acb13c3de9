package io.gitalyrouter.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gitalyrouter.route.RouteRule.BucketUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What holds for every combination of what a decision looks at. */
final class RouteDeciderPropertyTest {
  private static final Endpoint LOCAL = Endpoint.parse("unix:/gitaly.socket");
  private static final Endpoint NETWORK = Endpoint.parse("tcp://file01:9999");
  private static final double[] PERCENTS = {0, 0.01, 33.33, 50, 99.99, 100};
  private static final int[] BUCKETS = {0, 1, 3332, 3333, 4999, 5000, 9998, 9999};

  /** All that a decision looks at. */
  private record Call(
      boolean forced,
      @Nullable Route override,
      StorageRoutes routes,
      boolean ruledIn,
      boolean pinned,
      int bucket,
      NetworkCondition network) {
    Decision decision() {
      return RouteDecider.decide(forced, override, routes, ruledIn, pinned, bucket, network);
    }
  }

  /** The rules in words, each by itself: their order is that of {@link Reason}. */
  private static final Map<Reason, Predicate<Call>> RULES = rules();

  private static Map<Reason, Predicate<Call>> rules() {
    Map<Reason, Predicate<Call>> rules = new EnumMap<>(Reason.class);
    rules.put(Reason.FORCED_LOCAL, Call::forced);
    rules.put(
        Reason.OVERRIDE,
        call ->
            call.override == Route.LOCAL
                || (call.override == Route.NETWORK
                    && call.routes.network().isPresent()
                    && !call.pinned
                    && call.network == NetworkCondition.READY));
    rules.put(Reason.NO_NETWORK, call -> call.routes.network().isEmpty());
    rules.put(Reason.ROLE_OFF, call -> call.override == null && !call.routes.rule().isOn());
    rules.put(Reason.METHOD_RULE, call -> call.override == null && !call.ruledIn);
    rules.put(
        Reason.BUCKET,
        call ->
            call.override == null
                && call.bucket >= call.routes.rule().percent() * RouteDecider.BUCKETS / 100);
    rules.put(Reason.PINNED, Call::pinned);
    for (NetworkCondition condition : NetworkCondition.values()) {
      if (condition != NetworkCondition.READY) {
        rules.put(Reason.valueOf(condition.name()), call -> call.network == condition);
      }
    }
    rules.put(Reason.ROLE, call -> true);
    return rules;
  }

  private static StorageRoutes routes(boolean network, double percent) {
    if (!network) {
      return StorageRoutes.localOnly("s", LOCAL);
    }
    RouteRule rule =
        percent == 0 ? RouteRule.off() : RouteRule.network("r", percent, BucketUnit.RPC);
    return new StorageRoutes("s", LOCAL, Optional.of(NETWORK), rule);
  }

  private static List<Call> calls() {
    List<Call> calls = new ArrayList<>();
    for (boolean forced : List.of(true, false)) {
      for (boolean network : List.of(true, false)) {
        for (double percent : PERCENTS) {
          for (boolean ruledIn : List.of(true, false)) {
            for (boolean pinned : List.of(true, false)) {
              for (int bucket : BUCKETS) {
                for (NetworkCondition condition : NetworkCondition.values()) {
                  StorageRoutes routes = routes(network, percent);
                  calls.add(new Call(forced, null, routes, ruledIn, pinned, bucket, condition));
                  for (Route override : Route.values()) {
                    calls.add(
                        new Call(forced, override, routes, ruledIn, pinned, bucket, condition));
                  }
                }
              }
            }
          }
        }
      }
    }
    return calls;
  }

  @Test
  void reason_is_the_first_rule_that_matches() {
    for (Call call : calls()) {
      Reason first =
          RULES.entrySet().stream()
              .filter(rule -> rule.getValue().test(call))
              .findFirst()
              .orElseThrow()
              .getKey();
      assertThat(call.decision().reason()).as("%s", call).isEqualTo(first);
    }
  }

  @Test
  void arm_route_and_reason_agree() {
    for (Call call : calls()) {
      Decision decision = call.decision();
      boolean meantLocal =
          switch (decision.reason()) {
            case FORCED_LOCAL, NO_NETWORK, ROLE_OFF, METHOD_RULE, BUCKET -> true;
            case OVERRIDE -> call.override == Route.LOCAL;
            default -> false;
          };
      boolean served = decision.reason() == Reason.ROLE || decision.reason() == Reason.OVERRIDE;
      assertThat(decision.arm()).as("%s", call).isEqualTo(meantLocal ? Route.LOCAL : Route.NETWORK);
      assertThat(decision.route())
          .as("%s", call)
          .isEqualTo(served && !meantLocal ? Route.NETWORK : Route.LOCAL);
    }
  }

  private static boolean isNetwork(double percent, int bucket) {
    return RouteDecider.decide(
                false, null, routes(true, percent), true, false, bucket, NetworkCondition.READY)
            .route()
        == Route.NETWORK;
  }

  @Test
  void share_of_the_buckets_is_the_percentage() {
    Random random = new Random(11);
    for (int i = 0; i < 200; i++) {
      double percent = random.nextDouble() * 100;
      int network = 0;
      for (int bucket = 0; bucket < RouteDecider.BUCKETS; bucket++) {
        network += isNetwork(percent, bucket) ? 1 : 0;
      }
      assertThat(network * 100.0 / RouteDecider.BUCKETS).isCloseTo(percent, within(0.0051));
    }
  }

  @Test
  void bucket_on_the_network_side_stays_there_when_the_percentage_grows() {
    Random random = new Random(12);
    for (int i = 0; i < 20_000; i++) {
      double percent = random.nextDouble() * 100;
      double more = percent + random.nextDouble() * (100 - percent);
      int bucket = random.nextInt(RouteDecider.BUCKETS);
      if (isNetwork(percent, bucket)) {
        assertThat(isNetwork(more, bucket)).as("%s of %s", bucket, more).isTrue();
        assertThat(isNetwork(percent, bucket / 2)).as("%s of %s", bucket / 2, percent).isTrue();
      }
    }
  }
}
