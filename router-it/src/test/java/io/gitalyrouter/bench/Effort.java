package io.gitalyrouter.bench;

import java.time.Duration;

/**
 * How long to measure. <em>Immutable.</em>
 *
 * @param rounds paired rounds of each comparison
 * @param segment one run of a contender within a round, over the unix socket; half of it elsewhere
 * @param warmUp before the first round of each contender
 * @param streamBytes the length of the long stream
 * @param block one run within a round of the wrapper's own cost
 * @param blockWarmUp before its first round
 * @param storages the table's sizes
 * @param trials repetitions of each failover
 * @param trial how long a failover is watched
 */
record Effort(
    int rounds,
    Duration segment,
    Duration warmUp,
    long streamBytes,
    Duration block,
    Duration blockWarmUp,
    int[] storages,
    int trials,
    Duration trial) {

  /** For the report; 15 minutes on two cores. */
  static Effort full() {
    return new Effort(
        10,
        Duration.ofMillis(240),
        Duration.ofMillis(700),
        1L << 30,
        Duration.ofMillis(30),
        Duration.ofSeconds(3),
        new int[] {1, 100, 10_000},
        3,
        Duration.ofSeconds(6));
  }

  /** Only to see that everything still runs. */
  static Effort smoke() {
    return new Effort(
        1,
        Duration.ofMillis(10),
        Duration.ofMillis(5),
        4L << 20,
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        new int[] {1, 20},
        1,
        Duration.ofMillis(300));
  }
}
