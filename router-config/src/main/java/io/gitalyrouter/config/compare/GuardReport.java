package io.gitalyrouter.config.compare;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a guard says. <em>Immutable.</em>
 *
 * @param networkCalls calls meant for the network side that it has seen
 * @param localCalls calls meant for the local side that it has seen
 * @param lastNetworkCall the end of the last slot with a call meant for the network side; empty if
 *     there was none
 * @param signals what it watches
 */
public record GuardReport(
    long networkCalls,
    long localCalls,
    Optional<Instant> lastNetworkCall,
    List<GuardSignal> signals) {
  /** Copies the list. */
  public GuardReport {
    signals = List.copyOf(signals);
  }

  /** The first objection; empty if nothing speaks against going on. */
  public Optional<String> objection() {
    return signals.stream().flatMap(signal -> signal.objection().stream()).findFirst();
  }
}
