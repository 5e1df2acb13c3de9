package io.gitalyrouter.config.admin;

import io.gitalyrouter.config.admin.proto.DrainResponse;
import java.util.List;

/**
 * What is left on the network endpoints of one process. <em>Immutable.</em>
 *
 * @param endpoints those that are open
 * @param cancelled how many of them had their calls cancelled by this request
 */
public record Drained(List<Left> endpoints, long cancelled) {
  /** Copies the list. */
  public Drained {
    endpoints = List.copyOf(endpoints);
  }

  /** The calls on all of them. */
  public long inFlight() {
    return endpoints.stream().mapToLong(Left::inFlight).sum();
  }

  /**
   * One endpoint.
   *
   * @param address its address
   * @param inFlight calls that run on it
   * @param inUse whether a role still sends calls to it
   */
  public record Left(String address, long inFlight, boolean inUse) {}

  static Drained of(DrainResponse answer) {
    return new Drained(
        answer.getEndpointsList().stream()
            .map(left -> new Left(left.getAddress(), left.getInFlight(), left.getInUse()))
            .toList(),
        answer.getCancelled());
  }
}
