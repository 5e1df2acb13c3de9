package io.gitalyrouter.sim.time;

import io.gitalyrouter.time.Ticker;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/**
 * Time that moves only from one event to the next. Events of the same moment run in the order in
 * which they were asked for, so a run is the same every time. <em>Not thread-safe; confined to the
 * thread that runs it.</em>
 */
public final class VirtualTime implements Ticker {
  private final PriorityQueue<Event> queue =
      new PriorityQueue<>(
          Comparator.comparingLong((Event event) -> event.nanos)
              .thenComparingLong(event -> event.number));

  private final Deadline.Ticker deadlines =
      new Deadline.Ticker() {
        @Override
        public long nanoTime() {
          return nowNanos;
        }
      };

  private long nowNanos;
  private long events;

  @Override
  public long nanos() {
    return nowNanos;
  }

  /** Runs a task after the events that are due at this moment already. */
  public Event post(Runnable task) {
    return at(nowNanos, task);
  }

  /** Runs a task so many nanoseconds from now; at this moment if that is not positive. */
  public Event after(long nanos, Runnable task) {
    return at(nowNanos + Math.max(0, nanos), task);
  }

  /** Runs a task at a moment, counted in nanoseconds from the start. */
  public Event at(long nanos, Runnable task) {
    Event event = new Event(Math.max(nowNanos, nanos), events++, task);
    queue.add(event);
    return event;
  }

  /** A deadline in this time. */
  public Deadline deadlineAfter(Duration duration) {
    return Deadline.after(duration.toNanos(), TimeUnit.NANOSECONDS, deadlines);
  }

  /** Runs all events up to a moment, which is the time afterwards. */
  public void runUntil(Duration moment) {
    long end = moment.toNanos();
    for (Event next = queue.peek(); next != null && next.nanos <= end; next = queue.peek()) {
      queue.remove();
      nowNanos = next.nanos;
      if (!next.cancelled) {
        next.task.run();
      }
    }
    nowNanos = end;
  }

  /** Something that will happen. <em>Not thread-safe; confined to the thread that runs it.</em> */
  public static final class Event {
    private final long nanos;
    private final long number;
    private final Runnable task;
    private boolean cancelled;

    private Event(long nanos, long number, Runnable task) {
      this.nanos = nanos;
      this.number = number;
      this.task = task;
    }

    /** Has it not happen. */
    public void cancel() {
      cancelled = true;
    }

    long nanos() {
      return nanos;
    }
  }
}
