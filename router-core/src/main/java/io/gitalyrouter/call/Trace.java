package io.gitalyrouter.call;

import io.gitalyrouter.method.MethodRule;
import io.gitalyrouter.route.Decision;
import io.gitalyrouter.route.Explanation;
import io.gitalyrouter.route.RouteDecider;
import io.gitalyrouter.route.RouteRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Puts into words what a decision looked at. <em>Not thread-safe; confined to one caller.</em> */
final class Trace {
  private final List<String> lines = new ArrayList<>();

  Trace(LiveTable table, RouteSet set) {
    add("routing table: generation %d, from %s", table.generation(), table.origin());
    add("forced local: %s", table.forcedLocal().orElse("no"));
    RouteRule rule = set.routes().rule();
    add(
        "network endpoint: %s",
        set.routes().network().map(endpoint -> endpoint.address()).orElse("none"));
    add(
        "role: %s",
        rule.role()
            .map(role -> role + ", " + rule.percent() + " % to the network side")
            .orElse("none names the storage on this host"));
  }

  void method(String name, MethodRule rule, boolean ruledIn) {
    String policy =
        switch (rule.policy()) {
          case REPLAYABLE -> "may run again on the other side";
          case ONCE -> "must not run twice";
          case PINNED -> "stays with one server";
          case SIDECHANNEL -> "needs a side channel, is refused before it is sent";
        };
    add("method: %s %s; the role is %sabout it", name, policy, ruledIn ? "" : "not ");
  }

  /** The bucket is of a correlation id, or drawn. */
  void bucket(RouteSet set, int bucket, boolean drawn) {
    int share = set.routes().rule().networkBuckets();
    if (share > 0 && share < RouteDecider.BUCKETS) {
      add(
          drawn
              ? "bucket: drawn for each call, %d this time; below %d of %d is meant for the network"
              : "bucket: %d, of the correlation id; below %d of %d is meant for the network",
          bucket,
          share,
          RouteDecider.BUCKETS);
    }
  }

  void network(RouteSet set) {
    RouteSet.Network network = set.network();
    if (network == null) {
      add("network side: dark");
      return;
    }
    add("network endpoint: %s", network.endpoint().reportedState());
    add(
        "same files on both sides: %s, %s",
        network.check().verdict().result(), network.check().verdict().why());
    add(
        "breaker: %s%s",
        network.breaker().state(),
        network.breaker().isDoubtful() ? "; calls that must not run twice stay local" : "");
    int limit = set.routes().rule().maxInFlight();
    add(
        "calls on the network endpoint: %d%s",
        network.endpoint().inFlight(), limit == 0 ? "" : " of at most " + limit);
  }

  Explanation decided(Decision decision) {
    add(
        "decision: meant for %s, goes to %s, because of %s",
        decision.arm().label(), decision.route().label(), decision.reason().label());
    return new Explanation(decision, lines);
  }

  private void add(String form, Object... values) {
    lines.add(String.format(Locale.ROOT, form, values));
  }
}
