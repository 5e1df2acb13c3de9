package io.gitalyrouter.history;

import static org.awaitility.Awaitility.await;

import io.gitalyrouter.GitalyRouter;
import io.gitalyrouter.RouterStatus;
import io.gitalyrouter.event.EndpointState;
import io.gitalyrouter.event.RouterEvent;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;

/** A router of one storage, with what it says of itself. <em>Thread-safe.</em> */
public final class RouterWatch implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final LongAdder moved = new LongAdder();
  private final List<RouterEvent> told = new CopyOnWriteArrayList<>();
  private final GitalyRouter router;

  private RouterWatch(Maker maker) throws Exception {
    router =
        maker.make(GitalyRouter.builder().meterRegistry(meters).listener(event -> heard(event)));
  }

  /** Builds the router that is watched. */
  @FunctionalInterface
  public interface Maker {
    /** Builds it from a builder that has its registry and its listener. */
    GitalyRouter make(GitalyRouter.Builder builder) throws Exception;
  }

  /** Watches a router from its beginning, and closes it in the end. */
  public static RouterWatch over(Maker maker) throws Exception {
    return new RouterWatch(maker);
  }

  private void heard(RouterEvent event) {
    if (event instanceof RouterEvent.CallMoved) {
      moved.increment();
    } else {
      told.add(event);
    }
  }

  /** The router. */
  public GitalyRouter router() {
    return router;
  }

  /** Calls that left the network side so far. */
  public long moved() {
    return moved.sum();
  }

  /** What it told so far, moved calls left out. */
  public List<RouterEvent> told() {
    return List.copyOf(told);
  }

  /** Calls that the network side answered well so far, by the router's meter. */
  public long servedByNetwork() {
    return (long)
        meters
            .find("grpc.client.handled")
            .tags("route", "network", "grpc_code", "OK")
            .functionCounters()
            .stream()
            .mapToDouble(FunctionCounter::count)
            .sum();
  }

  /** Its storage, by its status. */
  public RouterStatus.StorageStatus storage() {
    return router.status().storages().get(0);
  }

  EndpointState networkState() {
    return storage().networkState();
  }

  /** Whether nothing keeps calls from the network side. */
  public boolean isNetworkInUse() {
    RouterStatus.StorageStatus storage = storage();
    return storage.networkState() == EndpointState.READY
        && storage.obstacle().isEmpty()
        && breaker().equals("CLOSED");
  }

  private String breaker() {
    return storage().breaker().orElse("CLOSED");
  }

  /** What it still holds. */
  Balance balance() {
    RouterStatus status = router.status();
    return new Balance(
        status.networkInFlight(),
        status.endpoints().stream().mapToLong(RouterStatus.EndpointStatus::inFlight).sum(),
        breaker(),
        meters.get("gitaly.route.replay.bytes").gauge().value());
  }

  /** Waits for a condition that must come true. */
  public static void until(String what, BooleanSupplier condition) {
    until(what, PATIENCE, condition);
  }

  /** Waits for a condition that must come true in time. */
  public static void until(String what, Duration patience, BooleanSupplier condition) {
    await(what)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .atMost(patience)
        .until(condition::getAsBoolean);
  }

  @Override
  public void close() {
    router.close();
  }
}
