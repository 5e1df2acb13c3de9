package io.gitalyrouter.bench;

import java.util.concurrent.atomic.LongAdder;

/** Counts what routers ask servers on their own. <em>Thread-safe.</em> */
final class Questions {
  private final LongAdder checks = new LongAdder();
  private final LongAdder surveys = new LongAdder();

  /** Whether the servers live. */
  void check() {
    checks.increment();
  }

  /** What the servers are and serve. */
  void survey() {
    surveys.increment();
  }

  long checks() {
    return checks.sum();
  }

  long surveys() {
    return surveys.sum();
  }

  void reset() {
    checks.reset();
    surveys.reset();
  }
}
