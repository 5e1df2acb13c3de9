package io.gitalyrouter.route;

import java.util.List;

/**
 * What would become of one call. <em>Immutable.</em>
 *
 * @param decision where it would go, and the rule that settles it
 * @param trace what was looked at, in order, one line each
 */
public record Explanation(Decision decision, List<String> trace) {
  /** Copies the list. */
  public Explanation {
    trace = List.copyOf(trace);
  }
}
