package io.gitalyrouter.config.admin;

import io.gitalyrouter.config.admin.proto.ExplainResponse;
import java.util.List;

/**
 * What would become of a call in one process. <em>Immutable.</em>
 *
 * @param arm what the rules choose: {@code local} or {@code network}
 * @param route where the call would go
 * @param reason the rule that settles it, by the name that meters use
 * @param trace what was looked at, in order, one line each
 */
public record Explained(String arm, String route, String reason, List<String> trace) {
  /** Copies the list. */
  public Explained {
    trace = List.copyOf(trace);
  }

  static Explained of(ExplainResponse answer) {
    return new Explained(
        answer.getArm(), answer.getRoute(), answer.getReason(), answer.getTraceList());
  }
}
