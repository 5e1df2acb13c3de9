package io.gitalyrouter.experiment;

import java.util.Locale;
import java.util.Optional;

/** The steps of the change, in order. <em>Immutable.</em> */
enum Phase {
  /** The network server runs, and nobody calls it. */
  DARK("the network server runs, nobody calls it"),
  /** The role is given to git01 by editing the configuration file. */
  ROLE("git01 gets the role, by an edit of the configuration file"),
  /** git01 works over the network, git02 does the same locally. */
  OBSERVE("git01 over the network, git02 local, same work"),
  /** git01's calls are drawn one by one for either side, and timed. */
  COMPARE("half of git01's calls over the network, drawn one by one, all timed"),
  /** The network server is killed and comes back. */
  KILL("the network server is killed (SIGKILL) and comes back"),
  /** The network server is frozen and goes on. */
  FREEZE("the network server is frozen (SIGSTOP) and goes on"),
  /** The role is taken away by editing the configuration file. */
  ROLLBACK("git01 loses the role, by an edit of the configuration file"),
  /** Nothing must reach the network server any more. */
  POSTCHECK("nothing may reach the network server any more");

  private final String meaning;

  Phase(String meaning) {
    this.meaning = meaning;
  }

  /** The name in call ids and reports. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** One line for people. */
  String meaning() {
    return meaning;
  }

  /** Whether a server is made sick in it, so that a mutation may be reported as failed. */
  boolean hasFault() {
    return this == KILL || this == FREEZE;
  }

  static Optional<Phase> of(String label) {
    for (Phase phase : values()) {
      if (phase.label().equals(label)) {
        return Optional.of(phase);
      }
    }
    return Optional.empty();
  }
}
