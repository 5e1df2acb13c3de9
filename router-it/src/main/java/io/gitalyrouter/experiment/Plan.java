package io.gitalyrouter.experiment;

import java.time.Duration;

/**
 * How long and how hard. <em>Immutable.</em>
 *
 * @param callsPerSecond calls each worker makes each second
 * @param dark how long the network server is left alone
 * @param observe how long the two hosts are compared
 * @param compare how long the two sides are compared
 * @param healthy how long a phase with a fault goes on before the server is made sick
 * @param sick how long the server stays sick
 * @param recovery how long is watched after the canary uses the server again
 * @param rollback the least time between the edit and the post-check
 * @param postcheck how long nothing may reach the network server
 */
record Plan(
    double callsPerSecond,
    Duration dark,
    Duration observe,
    Duration compare,
    Duration healthy,
    Duration sick,
    Duration recovery,
    Duration rollback,
    Duration postcheck) {
  /** The most that is waited for a server or a router to come round. */
  static final Duration PATIENCE = Duration.ofSeconds(45);

  /** How long a phase takes if nothing has to be waited for. */
  Duration of(Phase phase) {
    return switch (phase) {
      case DARK -> dark;
      case ROLE -> Duration.ofSeconds(1);
      case OBSERVE -> observe;
      case COMPARE -> compare;
      case KILL, FREEZE -> healthy.plus(sick).plus(recovery);
      case ROLLBACK -> rollback;
      case POSTCHECK -> postcheck;
    };
  }

  /** The share of the run that is over when a phase has run for so long. */
  double overall(Phase phase, Duration inPhase) {
    long total = 0;
    long before = 0;
    for (Phase each : Phase.values()) {
      total += of(each).toMillis();
      if (each.compareTo(phase) < 0) {
        before += of(each).toMillis();
      }
    }
    long now = Math.min(inPhase.toMillis(), of(phase).toMillis());
    return (double) (before + now) / Math.max(1, total);
  }
}
