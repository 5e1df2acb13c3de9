package io.gitalyrouter.config.check;

import java.util.List;

/**
 * One proof. <em>Immutable.</em>
 *
 * @param proof its name; the same in every run
 * @param verdict how it ended
 * @param number what was counted: 0 if nothing flowed, as far as it is known
 * @param details one line for each host or server, for a person
 */
public record ZeroFinding(String proof, ZeroVerdict verdict, long number, List<String> details) {
  /** Copies the list. */
  public ZeroFinding {
    details = List.copyOf(details);
  }
}
