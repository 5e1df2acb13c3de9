package io.gitalyrouter.breaker;

import io.gitalyrouter.time.Ticker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The breaker of one storage's network side. The local side has none: it is the last side, and must
 * never be refused. <em>Thread-safe.</em>
 */
public final class RouteBreaker {
  private final CircuitBreaker breaker;
  private final Ticker ticker;
  private final long trialLimitNanos;

  /**
   * The number of state changes so far. Written by the thread that changes the state, read by calls
   * that take or end a permit; a stale read lets one result be counted in a neighbouring state,
   * which its window outweighs.
   */
  private final AtomicInteger epoch = new AtomicInteger();

  /**
   * When the state changed last. Written by the thread that changes it, read when a call is
   * refused; a stale read leaves the breaker half open for one more call.
   */
  private volatile long changedNanos;

  private RouteBreaker(CircuitBreaker breaker, Ticker ticker, Duration trialLimit) {
    this.breaker = breaker;
    this.ticker = ticker;
    this.trialLimitNanos = trialLimit.toNanos();
  }

  /**
   * A closed breaker.
   *
   * @param onChange hears the names of the state before and the state after, on the thread whose
   *     call changed it
   */
  public static RouteBreaker create(
      String name, BreakerSettings settings, Ticker ticker, BiConsumer<String, String> onChange) {
    CircuitBreakerConfig config =
        CircuitBreakerConfig.custom()
            .failureRateThreshold(settings.failureRatePercent())
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
    RouteBreaker result =
        new RouteBreaker(
            CircuitBreaker.of(name, config), ticker, settings.openFor().multipliedBy(5));
    result
        .breaker
        .getEventPublisher()
        .onStateTransition(
            event -> {
              result.changedNanos = ticker.nanos();
              result.epoch.incrementAndGet();
              var change = event.getStateTransition();
              onChange.accept(change.getFromState().name(), change.getToState().name());
            });
    return result;
  }

  /**
   * Asks to let one call through.
   *
   * @return the permit, which must be ended exactly once; null if the breaker is open
   */
  public @Nullable Permit tryAcquire() {
    // The epoch is read first: a change between the two reads makes the result stale, never wrong.
    int before = epoch.get();
    if (!breaker.tryAcquirePermission()) {
      giveUpStuckTrial();
      return null;
    }
    // Taking the first permit after the wait is itself the change from OPEN to HALF_OPEN.
    int after = epoch.get();
    return new Permit(breaker.getState() == CircuitBreaker.State.HALF_OPEN ? after : before);
  }

  /**
   * A trial call that never ends must not hold the breaker half open for ever. resilience4j would
   * watch for that with a thread and a clock of its own.
   */
  private void giveUpStuckTrial() {
    if (breaker.getState() == CircuitBreaker.State.HALF_OPEN
        && ticker.nanos() - changedNanos > trialLimitNanos) {
      trip();
    }
  }

  /** Opens the breaker now, whatever its window says. */
  public void trip() {
    if (breaker.getState() == CircuitBreaker.State.CLOSED
        || breaker.getState() == CircuitBreaker.State.HALF_OPEN) {
      breaker.transitionToOpenState();
    }
  }

  /** The state's name: {@code CLOSED}, {@code OPEN} or {@code HALF_OPEN}. */
  public String state() {
    return breaker.getState().name();
  }

  /**
   * The right to make one call. Ends in one of three ways; ending it again does nothing. A result
   * from before the last state change is counted nowhere. <em>Thread-safe.</em>
   */
  public final class Permit {
    private final int issuedIn;
    private final long startNanos = ticker.nanos();

    /** Set by the first ending, whichever thread brings it. */
    private final AtomicBoolean ended = new AtomicBoolean();

    private Permit(int issuedIn) {
      this.issuedIn = issuedIn;
    }

    /** The side worked, whatever it answered. */
    public void success() {
      if (endsNow()) {
        breaker.onSuccess(ticker.nanos() - startNanos, TimeUnit.NANOSECONDS);
      }
    }

    /** The side is sick. */
    public void failure() {
      if (endsNow()) {
        breaker.onError(ticker.nanos() - startNanos, TimeUnit.NANOSECONDS, new SideFailure());
      }
    }

    /** The call says nothing about the side: its caller gave up. */
    public void ignored() {
      if (endsNow()) {
        breaker.releasePermission();
      }
    }

    private boolean endsNow() {
      return ended.compareAndSet(false, true) && issuedIn == epoch.get();
    }
  }

  /** What resilience4j wants to be given with an error; nobody reads it. */
  private static final class SideFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SideFailure() {
      super("the network side failed", null, false, false);
    }
  }
}
