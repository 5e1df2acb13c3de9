package io.gitalyrouter.breaker;

import io.gitalyrouter.route.BreakerSettings;
import io.gitalyrouter.stripe.Stripes;
import io.gitalyrouter.time.Ticker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The states of a breaker: resilience4j's, and the modes that people set. What changes is noted, to
 * be told when no lock is held. <em>Not thread-safe but for what it says; guarded by the lock of
 * its {@link RouteBreaker}.</em>
 */
final class BreakerMachine {
  /** No epoch: calls have to ask under the lock. */
  static final int NOBODY = -1;

  private final Ticker ticker;
  private final BreakerSettings settings;
  private final LazyBreaker breaker;
  private final RecentResults recent;
  private final CalmSuccesses successes;
  private final LastAnswer lastAnswer;

  /**
   * The number of changes of state or mode so far. Written under the lock; read without it only to
   * tell whether an answer is still of interest, where a late look costs one answer.
   */
  private volatile int epoch;

  /**
   * The epoch, while every call is let through and none of them is counted before its end; else
   * {@link #NOBODY}. Written under the lock, read by every call: one that sees it late is let
   * through as if it had come just before the change, and its result is of an old epoch.
   */
  private volatile int admitting = NOBODY;

  /**
   * The epoch, while nothing speaks against the side, so that a success only adds to a sum; else
   * {@link #NOBODY}. Written under the lock, read by every call that succeeds: it notes its success
   * first and then looks again, and who ends the calm writes first and then looks for what is
   * noted, so one of the two sees the other.
   */
  private volatile int calm = NOBODY;

  private long changedNanos;

  /** Since when the state has the name that it has. */
  private long namedNanos;

  /** The mode as it was set at {@link #forcedNanos}; null in AUTO. */
  private @Nullable ForcedMode forced;

  private long forcedNanos;

  /** Whether it would be open, had it not been told only to say so; since {@link #changedNanos}. */
  private boolean wouldBeOpen;

  private List<Consumer<BreakerListener>> untold = List.of();

  BreakerMachine(String name, BreakerSettings settings, Ticker ticker) {
    this.ticker = ticker;
    this.settings = settings;
    this.breaker = new LazyBreaker(name, settings, ticker);
    this.recent = new RecentResults(settings.window().toNanos());
    this.successes = new CalmSuccesses((int) settings.window().toSeconds());
    this.namedNanos = ticker.nanos();
    this.lastAnswer = new LastAnswer(namedNanos);
    admit();
    settle();
  }

  /** So many trial calls settle a trial before the others have ended. */
  private int mostTrialCalls() {
    return settings.trialCalls() / 2 + 1;
  }

  /**
   * To be called behind whatever may change the state. Who listens to resilience4j's events instead
   * has it make one of every result, with a date of its own.
   */
  private void noteState(State before) {
    State now = breaker.state();
    if (now == before) {
      return;
    }
    newEpoch();
    if (before == State.HALF_OPEN && now == State.CLOSED) {
      recent.forget();
    }
    noteChange(LazyBreaker.name(before), LazyBreaker.name(now));
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // Written under the lock only.
  private void newEpoch() {
    epoch++;
    changedNanos = ticker.nanos();
    recent.newState();
    wouldBeOpen = false;
    admit();
  }

  /** A mode that somebody set ends at its time, which only a look under the lock sees. */
  private void admit() {
    admitting = forced == null && isIn(State.CLOSED) ? epoch : NOBODY;
    calm = NOBODY;
  }

  private void settle() {
    calm = recent.isDoubtful(ticker.nanos(), lastAnswer.nanos()) ? NOBODY : admitting;
  }

  /** Something speaks against the side: from now on the window knows all. */
  private void endCalm() {
    calm = NOBODY;
    learnAll();
  }

  private void count(int calmSuccesses) {
    int before = epoch;
    for (int i = 0; i < calmSuccesses && epoch == before; i++) {
      recent.success();
      worked(0);
    }
  }

  private int second() {
    return (int) Math.floorDiv(ticker.nanos(), TimeUnit.SECONDS.toNanos(1));
  }

  private void noteChange(String from, String to) {
    namedNanos = ticker.nanos();
    note(hearer -> hearer.changed(from, to));
  }

  private void note(Consumer<BreakerListener> what) {
    List<Consumer<BreakerListener>> all = new ArrayList<>(untold);
    all.add(what);
    untold = all;
  }

  /** What changed since the last time, in order; to be told without the lock. */
  List<Consumer<BreakerListener>> takeUntold() {
    List<Consumer<BreakerListener>> taken = untold;
    untold = List.of();
    return taken;
  }

  /** The epoch in which a call need not ask; {@link #NOBODY} if it must. Thread-safe. */
  int admitting() {
    return admitting;
  }

  /** Thread-safe. */
  int epoch() {
    return epoch;
  }

  /** When a call was answered last. Thread-safe. */
  long answeredNanos() {
    return lastAnswer.nanos();
  }

  /** A call that was admitted in this epoch has an answer. Thread-safe. */
  void answered(int issuedIn) {
    if (issuedIn == epoch) {
      lastAnswer.note(issuedIn, ticker.nanos());
    }
  }

  /** Whether a success of a call of this epoch need only be noted. Thread-safe. */
  boolean isCalm(int issuedIn) {
    return calm == issuedIn;
  }

  /** Whether nothing at all speaks against the side. Thread-safe. */
  boolean isCalm() {
    return calm != NOBODY;
  }

  /** Notes a success; returns whether it is time to {@link #learnMine}. Thread-safe. */
  boolean note(int issuedIn) {
    return successes.note(Stripes.mine(), issuedIn, second());
  }

  /** Counts what the current thread's stripe has noted. */
  void learnMine() {
    count(successes.take(Stripes.mine(), epoch, second()));
  }

  /** Counts all that was noted, now that the calm is over. */
  void learnAll() {
    count(successes.takeAll(epoch, second()));
  }

  boolean isTrying() {
    return isIn(State.HALF_OPEN);
  }

  private boolean isIn(State state) {
    return breaker.state() == state;
  }

  /** Takes a permission; false if the breaker is open. */
  boolean tryAcquire() {
    State before = breaker.state();
    boolean permitted = breaker.get().tryAcquirePermission();
    noteState(before);
    if (!permitted) {
      giveUpStuckTrial();
    }
    return permitted;
  }

  /**
   * A trial call that never ends must not hold the breaker half open for ever. resilience4j would
   * watch for that with a thread and a clock of its own.
   */
  private void giveUpStuckTrial() {
    if (isTrying()
        && ticker.nanos() - changedNanos > settings.openFor().multipliedBy(5).toNanos()) {
      transitionToOpen();
    }
  }

  private void transitionToOpen() {
    State before = breaker.state();
    breaker.get().transitionToOpenState();
    noteState(before);
  }

  boolean isDoubtful() {
    return !isIn(State.FORCED_OPEN)
        && (isIn(State.OPEN)
            || isTrying()
            || wouldStillBeOpen()
            || recent.isDoubtful(ticker.nanos(), lastAnswer.nanos()));
  }

  /** Opens the breaker if it is its own to open; says so if it may only say so. */
  void open(String why) {
    if (isIn(State.CLOSED) || isTrying()) {
      transitionToOpen();
    } else if (isIn(State.METRICS_ONLY) && !wouldStillBeOpen()) {
      enter(BreakerMode.WOULD_HAVE_TRIPPED);
      wouldBeOpen = true;
      note(hearer -> hearer.wouldTrip(why));
    }
  }

  /** For as long as it would be open, results say nothing new, and it would not trip again. */
  private boolean wouldStillBeOpen() {
    return wouldBeOpen && ticker.nanos() - changedNanos < settings.openFor().toNanos();
  }

  void success() {
    if (!wouldStillBeOpen()) {
      recent.success();
      worked(0);
      openIfRateExceeded();
      settle();
    }
  }

  /**
   * A row of failures settles the matter, however many successes the window remembers; of trial
   * calls, more than half in a row do.
   */
  void failure() {
    endCalm();
    if (wouldStillBeOpen()) {
      recent.doubt(ticker.nanos());
      return;
    }
    int inARow = recent.failure(ticker.nanos());
    int enough = isTrying() ? mostTrialCalls() : settings.failuresInARow();
    int epochBefore = epoch;
    State before = breaker.state();
    breaker.onError(isTrying() ? slowNanos() : 0);
    noteState(before);
    openIfRateExceeded();
    if (inARow >= enough && epoch == epochBefore) {
      open(inARow + " failures in a row");
    }
  }

  /** In resilience4j's metrics-only state nobody acts on this but us. */
  private void openIfRateExceeded() {
    if (isIn(State.METRICS_ONLY)
        && breaker.get().getMetrics().getFailureRate() >= settings.failureRatePercent()) {
      open("at least " + settings.failureRatePercent() + " % of the calls failed");
    }
  }

  private void worked(long nanos) {
    State before = breaker.state();
    breaker.get().onSuccess(nanos, TimeUnit.NANOSECONDS);
    noteState(before);
  }

  /** Nothing is slow but a trial call that did not work: what takes its time is not sick. */
  private long slowNanos() {
    return settings.trialAnswerWithin().toNanos() + 1;
  }

  /** A trial call was not answered in time; if none was, more than half of them settle it. */
  void unansweredTrial() {
    int lost = recent.unansweredTrial(ticker.nanos());
    if (lost >= mostTrialCalls() && lastAnswer.epoch() != epoch) {
      open("no trial call was answered");
    } else {
      worked(slowNanos());
    }
  }

  /** A call is waiting at this moment, and none was answered for a while. */
  void waiting(long nowNanos) {
    endCalm();
    int calls = recent.waiting(nowNanos);
    if (calls >= settings.unansweredCalls()) {
      recent.doubt(nowNanos);
      open(calls + " calls wait, and none was answered for " + settings.answerWithin());
    }
  }

  void ignored() {
    breaker.get().releasePermission();
  }

  void force(ForcedMode mode) {
    forced = mode;
    forcedNanos = ticker.nanos();
    enter(mode.mode());
    note(hearer -> hearer.modeSet(mode.mode(), mode.left(), mode.reason()));
  }

  void reset(String reason) {
    backToAuto(reason);
    recent.forget();
  }

  /** Ends a forced mode before its time; does nothing in AUTO. */
  void auto(String reason) {
    if (forced != null) {
      backToAuto(reason);
    }
  }

  /** Ends a forced mode at its time. Before anything else: whoever looks first sees it. */
  void passTime() {
    ForcedMode mode = forced;
    if (mode != null && ticker.nanos() - forcedNanos >= mode.left().toNanos()) {
      backToAuto("the time limit of " + mode.mode() + " is over");
    }
  }

  private void backToAuto(String reason) {
    boolean wasForced = forced != null;
    forced = null;
    enter(BreakerMode.AUTO);
    if (wasForced) {
      note(hearer -> hearer.modeSet(BreakerMode.AUTO, Duration.ZERO, reason));
    }
  }

  /**
   * Begins a mode with an empty window. The way there is resilience4j's affair, and is not told.
   */
  private void enter(BreakerMode mode) {
    String from = state();
    breaker.begin(mode);
    newEpoch();
    if (!from.equals(state())) {
      noteChange(from, state());
    }
  }

  Optional<ForcedMode> forced() {
    long sinceNanos = ticker.nanos() - forcedNanos;
    return Optional.ofNullable(forced).map(mode -> mode.after(sinceNanos));
  }

  Duration stateAge() {
    return Duration.ofNanos(ticker.nanos() - namedNanos);
  }

  String state() {
    return LazyBreaker.name(breaker.state());
  }
}
