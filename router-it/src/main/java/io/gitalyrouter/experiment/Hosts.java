package io.gitalyrouter.experiment;

import java.util.List;

/** The two worker hosts of the experiment. <em>Immutable.</em> */
final class Hosts {
  /** The host that gets the role. */
  static final String CANARY = "git01";

  /** The host that stays local, for comparison. */
  static final String CONTROL = "git02";

  /** Both. */
  static final List<String> ALL = List.of(CANARY, CONTROL);

  private Hosts() {}
}
