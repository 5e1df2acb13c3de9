package io.gitalyrouter.bench;

import io.gitalyrouter.bench.NoopRouter.Way;
import io.grpc.Channel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One unary call over a channel that answers at once, with and without the router before it; for a
 * profiler. The report's numbers are {@link WrapperRounds}'.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class WrapperBenchmark {
  /** What stands before the channel: nothing, or the router with a role of this kind. */
  @Param({"BARE", "OFF", "LOCAL", "NETWORK"})
  public String way = "BARE";

  /** How many storages the router's table names. */
  @Param({"1"})
  public int storages = 1;

  private @Nullable NoopRouter router;
  private @Nullable Channel channel;

  /** Opens the router. */
  @Setup
  public void open() {
    boolean isBare = way.equals("BARE");
    router = NoopRouter.open(storages, isBare ? Way.OFF : Way.valueOf(way));
    channel = isBare ? router.bare() : router.channel();
  }

  /** Closes the router. */
  @TearDown
  public void close() {
    if (router != null) {
      router.close();
    }
  }

  /** One call. */
  @Benchmark
  public Object call() {
    if (channel == null) {
      throw new IllegalStateException("not set up");
    }
    return NoopCall.make(channel);
  }
}
