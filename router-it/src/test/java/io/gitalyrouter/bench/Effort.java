package io.gitalyrouter.bench;

import java.time.Duration;
import java.util.List;

/**
 * How long to measure. <em>Immutable.</em>
 *
 * @param name {@value #FULL} or {@value #SMOKE}
 * @param rounds paired rounds of each comparison
 * @param inFlight callers of a closed loop with more than one
 * @param segment one run of a contender within a round, over the unix socket; half of it elsewhere
 * @param warmUp before the first round of each contender
 * @param streamBytes the length of the long stream
 * @param block one run within a round of the wrapper's own cost
 * @param blockWarmUp before its first round
 * @param storages the table's sizes
 * @param trials repetitions of each failover
 * @param trial how long a failover is watched
 * @param git the work of stock git clients
 * @param fleet many hosts
 */
record Effort(
    String name,
    int rounds,
    int inFlight,
    Duration segment,
    Duration warmUp,
    long streamBytes,
    Duration block,
    Duration blockWarmUp,
    List<Integer> storages,
    int trials,
    Duration trial,
    GitLoad git,
    Fleet fleet) {
  static final String FULL = "full";
  static final String SMOKE = "smoke";

  /**
   * What stock git clients do.
   *
   * @param cloneBytes at least so large is the repository that is cloned
   * @param fetches so many small clones run at once
   * @param rounds of each, over every kind of channel
   */
  record GitLoad(long cloneBytes, int fetches, int rounds) {}

  /**
   * How large a fleet is.
   *
   * @param hosts that follow one document, and routers in one process at most
   * @param storages of each
   * @param idle how long they are looked at while nothing happens
   * @param toggles changes of the document
   */
  record Fleet(int hosts, int storages, Duration idle, int toggles) {}

  /** Copies the sizes. */
  Effort {
    storages = List.copyOf(storages);
  }

  /** {@value #FULL} or {@value #SMOKE}. */
  static Effort named(String name) {
    return name.equals(FULL) ? full() : smoke();
  }

  /** For the report; 40 minutes on two cores. */
  static Effort full() {
    return new Effort(
        FULL,
        10,
        64,
        Duration.ofMillis(240),
        Duration.ofMillis(700),
        1L << 30,
        Duration.ofMillis(30),
        Duration.ofSeconds(3),
        List.of(1, 100, 10_000),
        3,
        Duration.ofSeconds(6),
        new GitLoad(110_000_000, 50, 10),
        new Fleet(1_000, 100, Duration.ofSeconds(31), 20));
  }

  /** Only to see that everything still runs. */
  static Effort smoke() {
    return new Effort(
        SMOKE,
        1,
        4,
        Duration.ofMillis(10),
        Duration.ZERO,
        4L << 20,
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        List.of(1, 20),
        1,
        Duration.ofMillis(300),
        new GitLoad(1 << 20, 4, 1),
        new Fleet(3, 2, Duration.ofMillis(50), 2));
  }
}
