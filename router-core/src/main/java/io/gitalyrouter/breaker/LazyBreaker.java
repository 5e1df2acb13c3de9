package io.gitalyrouter.breaker;

import io.gitalyrouter.route.BreakerSettings;
import io.gitalyrouter.time.Ticker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * resilience4j's breaker, which is made when it is needed: of many storages most may never have a
 * call. Until then it is closed and knows nothing. <em>Not thread-safe; guarded by the lock of its
 * {@link RouteBreaker}.</em>
 */
final class LazyBreaker {
  /** Four of five trial calls without an answer in time lose the trial. */
  private static final float UNANSWERED_TRIALS_PERCENT = 80;

  private final String name;
  private final BreakerSettings settings;
  private final Ticker ticker;
  private @Nullable CircuitBreaker made;

  LazyBreaker(String name, BreakerSettings settings, Ticker ticker) {
    this.name = name;
    this.settings = settings;
    this.ticker = ticker;
    if (settings.shadow()) {
      get().transitionToMetricsOnlyState();
    }
  }

  CircuitBreaker get() {
    CircuitBreaker breaker = made;
    if (breaker == null) {
      breaker = CircuitBreaker.of(name, config(settings, ticker));
      made = breaker;
    }
    return breaker;
  }

  State state() {
    CircuitBreaker breaker = made;
    return breaker == null ? State.CLOSED : breaker.getState();
  }

  /** Begins a mode with an empty window. */
  void begin(BreakerMode mode) {
    CircuitBreaker breaker = get();
    breaker.reset();
    switch (mode) {
      case AUTO -> {
        if (settings.shadow()) {
          breaker.transitionToMetricsOnlyState();
        }
      }
      case WOULD_HAVE_TRIPPED -> breaker.transitionToMetricsOnlyState();
      case FORCED_OPEN -> breaker.transitionToForcedOpenState();
      case FORCED_CLOSED -> breaker.transitionToDisabledState();
    }
  }

  void onError(long nanos) {
    get().onError(nanos, TimeUnit.NANOSECONDS, new SideFailure());
  }

  /** What people are told: the mode's name, where a mode stands behind a state. */
  static String name(State state) {
    return switch (state) {
      case DISABLED -> BreakerMode.FORCED_CLOSED.name();
      case METRICS_ONLY -> BreakerMode.WOULD_HAVE_TRIPPED.name();
      default -> state.name();
    };
  }

  /** The settings in resilience4j's words, on another clock than its own. */
  private static CircuitBreakerConfig config(BreakerSettings settings, Ticker ticker) {
    return CircuitBreakerConfig.custom()
        .failureRateThreshold(settings.failureRatePercent())
        .slowCallRateThreshold(UNANSWERED_TRIALS_PERCENT)
        .slowCallDurationThreshold(settings.trialAnswerWithin())
        .slidingWindow(
            (int) settings.window().toSeconds(),
            settings.minimumCalls(),
            SlidingWindowType.TIME_BASED)
        .waitDurationInOpenState(settings.openFor())
        .permittedNumberOfCallsInHalfOpenState(settings.trialCalls())
        .clock(ticker.asClock())
        .currentTimestampFunction(clock -> ticker.nanos(), TimeUnit.NANOSECONDS)
        .writableStackTraceEnabled(/* writableStackTraceEnabled= */ false)
        .build();
  }

  /** What resilience4j wants to be given with an error; nobody reads it. */
  private static final class SideFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SideFailure() {
      super("the network side failed", null, false, false);
    }
  }
}
