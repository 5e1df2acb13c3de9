package io.gitalyrouter.experiment;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Whether somebody wants the experiment to end before its time: waiting is done on this, so that a
 * Ctrl-C is obeyed at once and everything is stopped in order. <em>Thread-safe.</em>
 */
final class Interruption {
  private final CountDownLatch wanted = new CountDownLatch(1);

  /** From now on every wait fails. */
  void interrupt() {
    wanted.countDown();
  }

  /**
   * Lets time pass.
   *
   * @throws InterruptedException if the experiment shall end
   */
  void pass(Duration duration) throws InterruptedException {
    if (wanted.await(duration.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new InterruptedException("the experiment was interrupted");
    }
  }
}
