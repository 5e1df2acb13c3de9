package io.gitalyrouter.call;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.gitalyrouter.transport.WatchedCall.Nudge;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * Carries what the caller does to the attempt that is current. What the caller does is noted under
 * a lock; whichever thread then finds nobody carrying carries it, outside the lock, one step at a
 * time. So an attempt's methods are never called by two threads at once, though the watch may nudge
 * a call while its caller sends, and no lock is held while grpc runs. <em>Thread-safe.</em>
 */
final class Carrier<Q, P> {
  private enum Step {
    START,
    CANCEL,
    CANCEL_TO_MOVE,
    SEND,
    HALF_CLOSE
  }

  /** Stands for headers until the call starts; nobody sends it, nobody writes into it. */
  static final Metadata NOT_GIVEN = new Metadata();

  /** Its monitor is the lock, which saves every call an object: nobody else sees the buffer. */
  private final ReplayBuffer buffer;

  /**
   * The attempt's call once the call is committed and nothing is left to carry: from then on the
   * caller speaks to it directly. Written under the lock by the carrying thread, read by the
   * caller; a stale null takes the way through the buffer, which finds it.
   */
  private volatile @Nullable ClientCall<Q, P> direct;

  @GuardedBy("buffer") private Attempt<Q, P> current;

  @GuardedBy("buffer") private Metadata headers = NOT_GIVEN;

  @GuardedBy("buffer") private boolean carrying;

  @GuardedBy("buffer") private boolean started;

  /** Whether the attempt that took over waits for {@link #carry}: until then nobody starts it. */
  @GuardedBy("buffer") private boolean waiting;

  /** Written under the lock, and never unset; read without it where a late look does no harm. */
  private volatile boolean committed;

  @GuardedBy("buffer") private int requested;

  @GuardedBy("buffer") private boolean halfClosed;

  @GuardedBy("buffer") private boolean halfCloseSent;

  /** Why the caller cancelled; as {@link #committed}. */
  private volatile @Nullable Status cancelled;

  /** Whether the current attempt is cancelled, by the caller or for a move. */
  @GuardedBy("buffer") private boolean cancelSent;

  @GuardedBy("buffer") private @Nullable Nudge nudged;

  @GuardedBy("buffer") private boolean nudgeSent;

  /**
   * The attempt that the step under way is for. It is chosen together with the step, because the
   * current attempt can change while a step for the last one is carried. Confined, like the two
   * fields below, to the thread that carries; handed on under the lock.
   */
  private Attempt<Q, P> target;

  private @Nullable Object entry;
  private Metadata targetHeaders = NOT_GIVEN;

  Carrier(ReplayBudget budget, Attempt<Q, P> first) {
    this.buffer = new ReplayBuffer(budget);
    this.current = first;
    this.target = first;
  }

  /** The call to speak to without the carrier; null as long as the carrier is needed. */
  @Nullable ClientCall<Q, P> direct() {
    return direct;
  }

  /** The call that has been started last; null before the first. */
  @Nullable ClientCall<Q, P> startedCall() {
    synchronized (buffer) {
      return started ? current.call() : null;
    }
  }

  /** Starts the first attempt with these headers. */
  void start(Metadata toSend) {
    Step step;
    synchronized (buffer) {
      headers = toSend;
      step = takeTurn();
    }
    carryFrom(step);
  }

  /** Carries a message, or another entry; returns false if that ended the right to move. */
  boolean push(Object added, long bytes) {
    boolean mayMove;
    Step step;
    synchronized (buffer) {
      // To an attempt that is being cancelled nothing more is sent, so nothing need be kept.
      mayMove = buffer.add(added, bytes) || nudged != null;
      if (!mayMove) {
        commitNow();
      }
      step = takeTurn();
    }
    carryFrom(step);
    return mayMove;
  }

  void halfClose() {
    Step step;
    synchronized (buffer) {
      halfClosed = true;
      step = takeTurn();
    }
    carryFrom(step);
  }

  /** Asks for responses; what is asked of an attempt that is lost is asked of the next again. */
  void request(int count) {
    ClientCall<Q, P> settled = direct;
    if (settled != null) {
      settled.request(count);
      return;
    }
    ClientCall<Q, P> target;
    synchronized (buffer) {
      if (!committed || !started) {
        requested = (int) Math.min(Integer.MAX_VALUE, (long) requested + count);
      }
      target = started ? current.call() : null;
    }
    if (target != null) {
      target.request(count);
    }
  }

  void cancel(Status status) {
    Step step;
    synchronized (buffer) {
      if (cancelled != null) {
        return;
      }
      cancelled = status;
      commitNow();
      step = takeTurn();
    }
    carryFrom(step);
  }

  /** Why the caller cancelled; null if it did not. */
  @Nullable Status cancelled() {
    return cancelled;
  }

  /** Has the attempt cancelled, so that the call can move, unless it is too late for that. */
  void nudge(Nudge why, boolean replayable) {
    Step step;
    synchronized (buffer) {
      boolean unsent = why == Nudge.GIT_QUARANTINE;
      // Once a stream exists, what may run only once can only wait for its answer.
      boolean mayMove = unsent || (replayable && why != Nudge.DISCONNECTED) || !current.hasStream();
      if (committed || !mayMove || (nudged != null && !unsent)) {
        return;
      }
      nudged = why;
      step = takeTurn();
    }
    carryFrom(step);
  }

  /** Why the router cancelled the network attempt; null if it did not. */
  @Nullable Nudge nudgeSent() {
    synchronized (buffer) {
      return nudgeSent ? nudged : null;
    }
  }

  /**
   * Commits the call to the attempt that has an answer.
   *
   * @return false if the attempt was cancelled for a move already, and the call may run twice or
   *     was not sent: then its answer may be cut off anywhere and must not be used
   */
  boolean commitOnAnswer(boolean replayable) {
    synchronized (buffer) {
      if (!committed && nudgeSent && (replayable || nudged == Nudge.GIT_QUARANTINE)) {
        return false;
      }
      commitNow();
      return true;
    }
  }

  boolean isCommitted() {
    return committed;
  }

  /**
   * Makes another attempt the current one, and the last: {@link #carry} carries everything to it
   * again. Nothing is before that, whatever the caller does, so that a move can be told first.
   *
   * @return false if the call has been committed meanwhile, by a caller that sent too much or
   *     cancelled: what was sent is not kept any more
   */
  boolean moveTo(Attempt<Q, P> next, Metadata toSend) {
    synchronized (buffer) {
      if (committed) {
        return false;
      }
      current = next;
      headers = toSend;
      started = false;
      waiting = true;
      committed = true;
      halfCloseSent = false;
      cancelSent = false;
      nudged = null;
      nudgeSent = false;
      buffer.rewind();
      return true;
    }
  }

  /** The call is over: nothing is kept. */
  void close() {
    synchronized (buffer) {
      commitNow();
      buffer.clear();
    }
  }

  @GuardedBy("buffer") private void commitNow() {
    if (!committed) {
      committed = true;
      buffer.stopKeeping();
    }
  }

  /** Carries what there is, unless another thread is at it. */
  void carry() {
    Step step;
    synchronized (buffer) {
      waiting = false;
      step = takeTurn();
    }
    carryFrom(step);
  }

  /** The first step of the thread that carries from now on; null if there is nothing, or one is. */
  @GuardedBy("buffer") private @Nullable Step takeTurn() {
    if (carrying) {
      return null;
    }
    carrying = true;
    return chooseStep();
  }

  private void carryFrom(@Nullable Step first) {
    if (first == null) {
      return;
    }
    boolean finished = false;
    try {
      for (Step step = first; step != null; step = nextStep()) {
        take(step);
      }
      finished = true;
    } finally {
      if (!finished) {
        synchronized (buffer) {
          carrying = false;
        }
      }
    }
  }

  private @Nullable Step nextStep() {
    synchronized (buffer) {
      return chooseStep();
    }
  }

  /** Chooses what comes next; null, and nobody carries any more, if there is nothing. */
  @GuardedBy("buffer") private @Nullable Step chooseStep() {
    target = current;
    if (waiting) {
      carrying = false;
      return null;
    }
    if (!started) {
      targetHeaders = headers;
      return Step.START;
    }
    if (cancelled != null) {
      if (!cancelSent) {
        cancelSent = true;
        return Step.CANCEL;
      }
    } else if (nudged != null && !nudgeSent && !committed) {
      nudgeSent = true;
      cancelSent = true;
      return Step.CANCEL_TO_MOVE;
    } else if (nudgeSent) {
      // The attempt takes nothing more; its end is on the way, and the buffer waits for it.
    } else if (buffer.hasNext()) {
      entry = buffer.next();
      return Step.SEND;
    } else if (halfClosed && !halfCloseSent) {
      halfCloseSent = true;
      return Step.HALF_CLOSE;
    } else if (committed) {
      direct = current.call();
    }
    carrying = false;
    return null;
  }

  private void take(Step step) {
    ClientCall<Q, P> call = target.call();
    switch (step) {
      case START -> start();
      case CANCEL -> {
        Status why = cancelled == null ? Status.CANCELLED : cancelled;
        call.cancel(why.getDescription(), why.getCause());
      }
      case CANCEL_TO_MOVE -> call.cancel("moving to local", null);
      case SEND -> {
        Object sent = entry;
        // What the attempt has is not kept here for as long as the call is.
        entry = null;
        send(call, sent);
      }
      case HALF_CLOSE -> call.halfClose();
    }
  }

  private void start() {
    Attempt<Q, P> attempt = target;
    attempt.call().start(attempt, targetHeaders);
    int count;
    synchronized (buffer) {
      // The attempt may have ended, and the call moved, before this thread came here.
      boolean stillCurrent = current == attempt;
      started |= stillCurrent;
      count = stillCurrent ? requested : 0;
    }
    if (count > 0) {
      attempt.call().request(count);
    }
  }

  @SuppressWarnings("unchecked")
  private void send(ClientCall<Q, P> call, @Nullable Object sent) {
    if (sent instanceof Compression compression) {
      call.setMessageCompression(compression == Compression.ON);
    } else {
      call.sendMessage((Q) sent);
    }
  }

  /** A switch of compression stands among the messages, in the caller's order. */
  enum Compression {
    ON,
    OFF
  }
}
