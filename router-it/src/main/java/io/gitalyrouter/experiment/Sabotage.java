package io.gitalyrouter.experiment;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A fault that is planted on purpose, to show that the verdict would find it. <em>Immutable.</em>
 */
enum Sabotage {
  /** Something calls the network server in dark. */
  DARK_TRAFFIC("dark.network-calls"),
  /** The second host gets the role as well. */
  ROLE_TOO_WIDE("observe.git02-network-calls"),
  /** The role is taken away in the middle of observe. */
  ROLE_LOST("observe.git01-network-share"),
  /** git01 sends some mutations twice. */
  DOUBLE_WRITE("run.mutations-executed-twice"),
  /** The reference of an acknowledged mutation is deleted behind everybody's back. */
  LOST_WRITE("run.mutations-acknowledged-absent"),
  /** Replayable calls fail on both sides while the network server is down. */
  FAILED_READ("kill.replayable-failed"),
  /** Something calls the network server in git01's name after the rollback. */
  LEAK_AFTER_ROLLBACK("postcheck.network-calls");

  private final String violates;

  Sabotage(String violates) {
    this.violates = violates;
  }

  /** The check that must find it. */
  String violates() {
    return violates;
  }

  /** The name on the command line, such as {@code double-write}. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Reads a name of the command line. */
  static Sabotage parse(String label) {
    for (Sabotage sabotage : values()) {
      if (sabotage.label().equals(label)) {
        return sabotage;
      }
    }
    throw new IllegalArgumentException("\"" + label + "\" (expected one of: " + labels() + ")");
  }

  static String labels() {
    return Arrays.stream(values()).map(Sabotage::label).collect(Collectors.joining(", "));
  }
}
