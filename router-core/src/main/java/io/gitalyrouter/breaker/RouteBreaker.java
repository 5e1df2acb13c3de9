package io.gitalyrouter.breaker;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.gitalyrouter.time.Ticker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.StateTransition;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The breaker of one storage's network side. The local side has none: it is the last side, and must
 * never be refused.
 *
 * <p>resilience4j swaps its state first and tells of it later, so a permit of the new state could
 * be taken for one of the old. All its methods are therefore called under one lock, and what it
 * tells is passed on after that. <em>Thread-safe.</em>
 */
public final class RouteBreaker {
  private final Object lock = new Object();
  private final Ticker ticker;
  private final BreakerSettings settings;
  private final BiConsumer<String, String> onChange;

  @GuardedBy("lock") private final CircuitBreaker breaker;

  /** The number of state changes so far. */
  @GuardedBy("lock") private int epoch;

  @GuardedBy("lock") private long changedNanos;

  /** Failures since the last success, in this state. */
  @GuardedBy("lock") private int failuresInARow;

  @GuardedBy("lock") private List<StateTransition> untold = List.of();

  private RouteBreaker(
      CircuitBreaker breaker,
      Ticker ticker,
      BreakerSettings settings,
      BiConsumer<String, String> onChange) {
    this.breaker = breaker;
    this.ticker = ticker;
    this.settings = settings;
    this.onChange = onChange;
  }

  /**
   * A closed breaker.
   *
   * @param onChange hears the names of the state before and the state after, on the thread whose
   *     call changed it, with no lock held
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
    CircuitBreaker breaker = CircuitBreaker.of(name, config);
    RouteBreaker result = new RouteBreaker(breaker, ticker, settings, onChange);
    breaker.getEventPublisher().onStateTransition(e -> result.changed(e.getStateTransition()));
    return result;
  }

  /** Called by resilience4j in the middle of one of the calls below. */
  private void changed(StateTransition change) {
    synchronized (lock) {
      epoch++;
      changedNanos = ticker.nanos();
      failuresInARow = 0;
      List<StateTransition> all = new ArrayList<>(untold);
      all.add(change);
      untold = all;
    }
  }

  @GuardedBy("lock") private List<StateTransition> takeUntold() {
    List<StateTransition> taken = untold;
    untold = List.of();
    return taken;
  }

  private void tell(List<StateTransition> changes) {
    for (StateTransition change : changes) {
      onChange.accept(change.getFromState().name(), change.getToState().name());
    }
  }

  /**
   * Asks to let one call through.
   *
   * @return the permit, which must be ended exactly once; null if the breaker is open
   */
  public @Nullable Permit tryAcquire() {
    Permit permit = null;
    List<StateTransition> changes;
    synchronized (lock) {
      if (breaker.tryAcquirePermission()) {
        permit = new Permit(epoch, ticker.nanos());
      } else {
        giveUpStuckTrial();
      }
      changes = takeUntold();
    }
    tell(changes);
    return permit;
  }

  /**
   * A trial call that never ends must not hold the breaker half open for ever. resilience4j would
   * watch for that with a thread and a clock of its own.
   */
  @GuardedBy("lock") private void giveUpStuckTrial() {
    if (breaker.getState() == CircuitBreaker.State.HALF_OPEN
        && ticker.nanos() - changedNanos > settings.openFor().multipliedBy(5).toNanos()) {
      breaker.transitionToOpenState();
    }
  }

  /**
   * Whether something failed lately: a call that cannot move had better not go there. True while
   * the breaker is not closed, and while its window holds a failure.
   */
  public boolean isDoubtful() {
    synchronized (lock) {
      return breaker.getState() != CircuitBreaker.State.CLOSED
          || breaker.getMetrics().getNumberOfFailedCalls() > 0;
    }
  }

  /**
   * A row of failures settles the matter, however many successes the window remembers; of trial
   * calls, more than half in a row do.
   */
  @GuardedBy("lock") private void countInARow() {
    boolean trial = breaker.getState() == CircuitBreaker.State.HALF_OPEN;
    int enough = trial ? settings.trialCalls() / 2 + 1 : settings.failuresInARow();
    failuresInARow++;
    if (failuresInARow >= enough && (trial || breaker.getState() == CircuitBreaker.State.CLOSED)) {
      breaker.transitionToOpenState();
    }
  }

  /** Opens the breaker now, whatever its window says. */
  public void trip() {
    List<StateTransition> changes;
    synchronized (lock) {
      if (breaker.getState() == CircuitBreaker.State.CLOSED
          || breaker.getState() == CircuitBreaker.State.HALF_OPEN) {
        breaker.transitionToOpenState();
      }
      changes = takeUntold();
    }
    tell(changes);
  }

  /** The state's name: {@code CLOSED}, {@code OPEN} or {@code HALF_OPEN}. */
  public String state() {
    synchronized (lock) {
      return breaker.getState().name();
    }
  }

  /**
   * The right to make one call. Ends in one of three ways; ending it again does nothing. A result
   * from before the last state change is counted nowhere. <em>Thread-safe.</em>
   */
  public final class Permit {
    private final int issuedIn;
    private final long startNanos;

    @GuardedBy("lock") private boolean ended;

    private Permit(int issuedIn, long startNanos) {
      this.issuedIn = issuedIn;
      this.startNanos = startNanos;
    }

    /** The side worked, whatever it answered. */
    public void success() {
      end(Ending.SUCCESS);
    }

    /** The side is sick. */
    public void failure() {
      end(Ending.FAILURE);
    }

    /** The call says nothing about the side: its caller gave up. */
    public void ignored() {
      end(Ending.IGNORED);
    }

    private void end(Ending ending) {
      List<StateTransition> changes;
      synchronized (lock) {
        if (!ended && issuedIn == epoch) {
          long nanos = ticker.nanos() - startNanos;
          switch (ending) {
            case SUCCESS -> {
              failuresInARow = 0;
              breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
            }
            case FAILURE -> {
              breaker.onError(nanos, TimeUnit.NANOSECONDS, new SideFailure());
              countInARow();
            }
            case IGNORED -> breaker.releasePermission();
          }
        }
        ended = true;
        changes = takeUntold();
      }
      tell(changes);
    }
  }

  private enum Ending {
    SUCCESS,
    FAILURE,
    IGNORED
  }

  /** What resilience4j wants to be given with an error; nobody reads it. */
  private static final class SideFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SideFailure() {
      super("the network side failed", null, false, false);
    }
  }
}
