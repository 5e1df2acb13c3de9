package io.gitalyrouter.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** Meters that were made together with tags in common, and go together. <em>Thread-safe.</em> */
final class MeterSet {
  /** Upper bounds of a histogram: 1 ms to 25 min, close together where most calls end. */
  private static final Duration[] BOUNDS =
      Stream.of(
              1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000,
              300_000, 1_500_000)
          .map(Duration::ofMillis)
          .toArray(Duration[]::new);

  /** Upper bounds of a histogram of numbers. */
  private static final double[] NUMBERS = {1, 2, 5, 10, 20, 30, 50, 100, 200, 500, 1_000, 5_000};

  private final MeterRegistry registry;
  private final Tags common;
  private final List<Meter> made = new CopyOnWriteArrayList<>();

  MeterSet(MeterRegistry registry, Tags common) {
    this.registry = registry;
    this.common = common;
  }

  void gauge(RouterMeters meter, DoubleSupplier value, String... tags) {
    made.add(
        Gauge.builder(meter.meterName(), value, DoubleSupplier::getAsDouble)
            .description(meter.meaning())
            .tags(common.and(tags))
            .strongReference(true)
            .register(registry));
  }

  Counter counter(RouterMeters meter, String... tags) {
    Counter counter =
        Counter.builder(meter.meterName())
            .description(meter.meaning())
            .tags(common.and(tags))
            .register(registry);
    made.add(counter);
    return counter;
  }

  /** Shows a count that is kept elsewhere. */
  void counter(RouterMeters meter, LongSupplier count, String... tags) {
    made.add(
        // The registry would let a source go that nobody else holds; this set is held.
        FunctionCounter.builder(meter.meterName(), this, unused -> count.getAsLong())
            .description(meter.meaning())
            .tags(common.and(tags))
            .register(registry));
  }

  Timer timer(RouterMeters meter, String... tags) {
    return timer(
        Timer.builder(meter.meterName()).description(meter.meaning()).tags(common.and(tags)));
  }

  Timer histogram(RouterMeters meter, String... tags) {
    return timer(
        Timer.builder(meter.meterName())
            .description(meter.meaning())
            .tags(common.and(tags))
            .serviceLevelObjectives(BOUNDS));
  }

  /** A histogram of numbers of calls. */
  DistributionSummary summary(RouterMeters meter, String... tags) {
    DistributionSummary summary =
        DistributionSummary.builder(meter.meterName())
            .description(meter.meaning())
            .tags(common.and(tags))
            .serviceLevelObjectives(NUMBERS)
            .register(registry);
    made.add(summary);
    return summary;
  }

  private Timer timer(Timer.Builder builder) {
    Timer timer = builder.register(registry);
    made.add(timer);
    return timer;
  }

  void remove() {
    made.forEach(registry::remove);
  }
}
