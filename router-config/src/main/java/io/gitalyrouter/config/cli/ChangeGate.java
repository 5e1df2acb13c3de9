package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.source.SourceContent;
import java.util.List;
import java.util.Set;

/** Asked before calls are sent to the network side. */
@FunctionalInterface
interface ChangeGate {
  /** Objects to nothing. */
  ChangeGate OPEN = (after, hosts, storages) -> List.of();

  /**
   * What speaks against a change, one line each; none if nothing does. May ask backends, and take
   * seconds.
   *
   * @param after the document as it would be
   * @param hosts the hosts that would do something else
   * @param storages the storages that this is about
   */
  List<String> objections(SourceContent after, Set<String> hosts, Set<String> storages);
}
