package io.gitalyrouter.breaker;

import io.gitalyrouter.route.BreakerSettings;
import io.gitalyrouter.time.Ticker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The breaker of one storage's network side. The local side has none: it is the last side, and must
 * never be refused.
 *
 * <pre>
 *   CLOSED --too many failures, or nobody is answered--> OPEN --time--> HALF_OPEN
 *      ^                                                   ^               |  |
 *      |                                                   +--trial lost---+  |
 *      +--------------------------trial calls work----------------------------+
 *
 *   any state --force--> WOULD_HAVE_TRIPPED, FORCED_OPEN, FORCED_CLOSED --time, reset--> CLOSED
 * </pre>
 *
 * <p>A forced mode ends at its time: the next call, result or look at the state sees that before it
 * sees anything else, so what is told is true, and no thread is needed for it.
 *
 * <p>resilience4j swaps its state first and tells of it later, so a permit of the new state could
 * be taken for one of the old. The machine is therefore used under one lock, and what it notes is
 * told after that. Only who comes while it is closed need not ask: nothing is counted before a
 * call's end. And while nothing speaks against the side, a success is only noted, as it could
 * change nothing: see {@link CalmSuccesses}. <em>Thread-safe.</em>
 */
public final class RouteBreaker {
  private static final VarHandle ENDED = ended();

  private final ReentrantLock lock = new ReentrantLock();
  private final Ticker ticker;
  private final BreakerSettings settings;
  private final BreakerListener listener;

  /** Used under the lock, but for its methods that are thread-safe. */
  private final BreakerMachine machine;

  private RouteBreaker(
      String name, BreakerSettings settings, Ticker ticker, BreakerListener listener) {
    this.ticker = ticker;
    this.settings = settings;
    this.listener = listener;
    this.machine = new BreakerMachine(name, settings, ticker);
  }

  /** A closed breaker in mode AUTO. */
  public static RouteBreaker create(
      String name, BreakerSettings settings, Ticker ticker, BreakerListener listener) {
    return new RouteBreaker(name, settings, ticker, listener);
  }

  /** When it trips, and how it comes back. */
  public BreakerSettings settings() {
    return settings;
  }

  /**
   * Takes over what people have set on the breaker that this one follows, and tells what else is
   * different from now on. Nothing of its results stays: they were judged by other settings.
   */
  public void replace(RouteBreaker before) {
    String from = before.state();
    String to = state();
    if (!from.equals(to)) {
      listener.changed(from, to);
    }
    before.forced().ifPresent(mode -> force(mode.mode(), mode.left(), mode.reason()));
  }

  private static VarHandle ended() {
    try {
      return MethodHandles.lookup().findVarHandle(Permit.class, "ended", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Does something under the lock, and tells behind it what that changed. */
  private <T extends @Nullable Object> T locked(Supplier<T> task) {
    lock.lock();
    return finish(task);
  }

  /** As above, unless another thread has the lock: then nothing is done. */
  private void lockedIfFree(Runnable task) {
    if (lock.tryLock()) {
      finish(
          () -> {
            task.run();
            return true;
          });
    }
  }

  private <T extends @Nullable Object> T finish(Supplier<T> task) {
    T result;
    List<Consumer<BreakerListener>> notes;
    try {
      machine.passTime();
      result = task.get();
      notes = machine.takeUntold();
    } finally {
      lock.unlock();
    }
    for (Consumer<BreakerListener> note : notes) {
      note.accept(listener);
    }
    return result;
  }

  private void changed(Runnable change) {
    boolean unused =
        locked(
            () -> {
              change.run();
              return true;
            });
  }

  /**
   * Asks to let one call through.
   *
   * @return the permit, which must be ended exactly once; null if the breaker is open
   */
  public @Nullable Permit tryAcquire() {
    int admitting = machine.admitting();
    if (admitting != BreakerMachine.NOBODY) {
      return new Permit(admitting, ticker.nanos(), /* isTrial= */ false);
    }
    return tryAcquireLocked();
  }

  private @Nullable Permit tryAcquireLocked() {
    return locked(
        () ->
            machine.tryAcquire()
                ? new Permit(machine.epoch(), ticker.nanos(), machine.isTrying())
                : null);
  }

  /**
   * Whether a call that cannot move had better not go there. True while the breaker is open or
   * tries, or would be, and in every mode that lets calls through for as long as a failure is in
   * the window, or calls wait and none is answered. Forced open, it refuses everybody by itself.
   */
  public boolean isDoubtful() {
    return !machine.isCalm() && locked(machine::isDoubtful);
  }

  /** Opens the breaker now, whatever its window says: the server does not let us in. */
  public void trip() {
    changed(() -> machine.open("the server does not let us in"));
  }

  /**
   * Sets the mode for a time; set again, the new time counts from now.
   *
   * @param limit above 0, at most {@link ForcedMode#MAX}
   * @throws IllegalArgumentException if the limit is out of range, or the mode is AUTO
   */
  public void force(BreakerMode mode, Duration limit, String reason) {
    ForcedMode next = new ForcedMode(mode, limit, reason);
    changed(() -> machine.force(next));
  }

  /** Back to AUTO, closed, and without memory. */
  public void reset(String reason) {
    changed(() -> machine.reset(reason));
  }

  /**
   * Ends the mode that somebody set, as its time would have; in AUTO nothing changes, and nothing
   * is forgotten.
   */
  public void auto(String reason) {
    changed(() -> machine.auto(reason));
  }

  /** The mode that somebody set, with the time it has left; empty in AUTO. */
  public Optional<ForcedMode> forced() {
    return locked(machine::forced);
  }

  /**
   * The state's name: {@code CLOSED}, {@code OPEN} or {@code HALF_OPEN} in AUTO, else the mode's.
   */
  public String state() {
    return locked(machine::state);
  }

  /** How long {@link #state} has been what it is. */
  public Duration stateAge() {
    return locked(machine::stateAge);
  }

  /**
   * The right to make one call. Ends in one of three ways; ending it again does nothing. A result
   * from before the last change of state or mode is counted nowhere. <em>Thread-safe.</em>
   */
  public final class Permit {
    private final int issuedIn;
    private final long startNanos;
    private final boolean isTrial;

    /** Written by an I/O thread, read by the watch; seen late, the call seems to wait. */
    private volatile boolean answered;

    /** Set by who ends it, which only one can. */
    private volatile boolean ended;

    private Permit(int issuedIn, long startNanos, boolean isTrial) {
      this.issuedIn = issuedIn;
      this.startNanos = startNanos;
      this.isTrial = isTrial;
    }

    /** When it was issued, by the ticker. */
    public long startNanos() {
      return startNanos;
    }

    /** The side worked, whatever it answered. Waits for no lock while nothing speaks against it. */
    public void success() {
      if (!machine.isCalm(issuedIn) || !mayEnd()) {
        end(Ending.SUCCESS);
        return;
      }
      boolean isDue = machine.note(issuedIn);
      if (!machine.isCalm(issuedIn)) {
        changed(machine::learnAll);
      } else if (isDue) {
        lockedIfFree(machine::learnMine);
      }
    }

    private boolean mayEnd() {
      return ENDED.compareAndSet(this, /* expected= */ false, /* ended= */ true);
    }

    /** The side is sick. */
    public void failure() {
      end(Ending.FAILURE);
    }

    /** The call says nothing about the side: its caller gave up. */
    public void ignored() {
      end(Ending.IGNORED);
    }

    /** A sign of an answer has come. Takes no lock. */
    public void answered() {
      if (!answered) {
        answered = true;
        machine.answered(issuedIn);
      }
    }

    /**
     * Looks at the age of a call that runs, and goes on. Without any sign of an answer in time, a
     * trial call is lost; another counts as waiting, for as long as no call at all is answered.
     *
     * @param nowNanos the ticker's time, the same for all calls of one round
     * @param endpointSpeaks whether bytes came from the endpoint lately; if not, its silence is for
     *     the watch to judge, which tells a dead endpoint from one that serves nobody
     */
    public void age(long nowNanos, boolean endpointSpeaks) {
      if (answered) {
        return;
      }
      long ageNanos = nowNanos - startNanos;
      if (isTrial) {
        if (ageNanos >= settings.trialAnswerWithin().toNanos()) {
          end(Ending.UNANSWERED);
        }
      } else if (endpointSpeaks) {
        long unansweredNanos = Math.min(ageNanos, nowNanos - machine.answeredNanos());
        if (unansweredNanos >= settings.answerWithin().toNanos()) {
          countWaiting(nowNanos);
        }
      }
    }

    private void end(Ending ending) {
      changed(
          () -> {
            if (mayEnd() && issuedIn == machine.epoch()) {
              switch (ending) {
                case SUCCESS -> machine.success();
                case FAILURE -> machine.failure();
                case UNANSWERED -> machine.unansweredTrial();
                case IGNORED -> machine.ignored();
              }
            }
          });
    }

    private void countWaiting(long nowNanos) {
      changed(
          () -> {
            if (!ended && issuedIn == machine.epoch()) {
              machine.waiting(nowNanos);
            }
          });
    }
  }

  private enum Ending {
    SUCCESS,
    FAILURE,
    UNANSWERED,
    IGNORED
  }
}
