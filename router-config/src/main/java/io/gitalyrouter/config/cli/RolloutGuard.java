package io.gitalyrouter.config.cli;

import java.time.Instant;
import java.util.Optional;

/** Asked while a rollout holds a step: whether it may go on. Only tells; changes nothing. */
@FunctionalInterface
interface RolloutGuard {
  /** Has no objections. */
  RolloutGuard NONE = (role, since) -> Optional.empty();

  /**
   * Why a rollout must not go on; empty if nothing speaks against it.
   *
   * @param role the role whose share grows
   * @param since when its present step began
   */
  Optional<String> objection(String role, Instant since);
}
