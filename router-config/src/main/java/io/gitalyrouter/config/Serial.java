package io.gitalyrouter.config;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs tasks one at a time, in order, on the threads that bring them: the one that finds nothing
 * running runs its own task and all that arrive meanwhile; the others leave theirs and go. No lock
 * is held while a task runs. <em>Thread-safe.</em>
 */
final class Serial implements Executor {
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

  /** How many tasks are in the queue or run. Whoever raises it from 0 runs them. */
  private final AtomicInteger open = new AtomicInteger();

  /** Runs the task, or leaves it to the thread that is running another. It must not throw. */
  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (open.getAndIncrement() > 0) {
      return;
    }
    do {
      tasks.remove().run();
    } while (open.decrementAndGet() > 0);
  }

  /** Whether a task runs; a moment later it may be otherwise. */
  boolean isBusy() {
    return open.get() > 0;
  }
}
