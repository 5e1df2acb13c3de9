package io.gitalyrouter.bench;

import io.gitalyrouter.breaker.RouteBreaker;
import io.gitalyrouter.breaker.RouteBreaker.Permit;
import io.gitalyrouter.event.RouterListener;
import io.gitalyrouter.route.BreakerSettings;
import io.gitalyrouter.route.Decision;
import io.gitalyrouter.route.Endpoint;
import io.gitalyrouter.route.NetworkCondition;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.route.RouteDecider;
import io.gitalyrouter.route.RouteRule;
import io.gitalyrouter.route.RouteRule.BucketUnit;
import io.gitalyrouter.route.StorageRoutes;
import io.gitalyrouter.time.Ticker;
import io.gitalyrouter.transport.EndpointKey;
import io.gitalyrouter.transport.EndpointPool;
import io.gitalyrouter.transport.Lease;
import io.gitalyrouter.transport.LiveEndpoint;
import io.gitalyrouter.transport.TransportSettings;
import io.gitalyrouter.transport.WatchContext;
import io.grpc.SynchronizationContext;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The steps that a call takes before and after its channel, each by itself. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PartsBenchmark {
  private static final Endpoint LOCAL = Endpoint.parse("unix:/noop/local.socket");
  private static final Endpoint NETWORK = Endpoint.parse("tcp://noop.example.com:9999");

  private final StorageRoutes routes =
      new StorageRoutes(
          "storage-0",
          LOCAL,
          Optional.of(NETWORK),
          RouteRule.network("network-gitaly", 100, BucketUnit.RPC));
  private final RouteBreaker breaker =
      RouteBreaker.create("bench", BreakerSettings.DEFAULT, Ticker.system(), (from, to) -> {});
  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
  private final EndpointPool pool =
      new EndpointPool(
          new NoopChannels(new byte[0], new Questions()),
          new WatchContext(
              new SynchronizationContext((thread, failure) -> {}),
              scheduler,
              Ticker.system(),
              new Random(1)),
          TransportSettings.DEFAULT,
          Clock.systemUTC(),
          RouterListener.NONE);
  private final LiveEndpoint endpoint = endpoint(pool);

  /** A thread's own: a number that all wrote would be what is measured. */
  @State(Scope.Thread)
  public static class Calls {
    private int bucket;

    int nextBucket() {
      bucket = (bucket + 1) % RouteDecider.BUCKETS;
      return bucket;
    }
  }

  private static LiveEndpoint endpoint(EndpointPool pool) {
    EndpointKey key = new EndpointKey(Route.LOCAL, LOCAL);
    try {
      LiveEndpoint opened = pool.open(Set.of(key)).get(key);
      if (opened == null) {
        throw new IllegalStateException("not opened");
      }
      return opened;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Closes the endpoint. */
  @TearDown
  public void close() {
    pool.close(Duration.ZERO);
    scheduler.shutdownNow();
  }

  /** The decision for a call that goes to the network side. */
  @Benchmark
  public Decision decision(Calls calls) {
    return RouteDecider.decide(
        /* forcedLocal= */ false,
        null,
        routes,
        /* ruledIn= */ true,
        /* pinned= */ false,
        calls.nextBucket(),
        NetworkCondition.READY);
  }

  /** A lease, taken and given back. */
  @Benchmark
  public boolean lease() {
    Lease lease = endpoint.tryLease();
    if (lease == null) {
      return false;
    }
    lease.release();
    return true;
  }

  /** A permit of a closed breaker, and its outcome. */
  @Benchmark
  public boolean permitAndOutcome() {
    Permit permit = breaker.tryAcquire();
    if (permit == null) {
      return false;
    }
    permit.success();
    return true;
  }
}
