package io.gitalyrouter.config.cli;

import java.util.Optional;

/** Asked while a rollout holds a step: whether it may go on. Only tells; changes nothing. */
@FunctionalInterface
interface RolloutGuard {
  /** Has no objections. */
  RolloutGuard NONE = rollout -> Optional.empty();

  /** Why a rollout must not go on; empty if nothing speaks against it. */
  Optional<String> objection(Rollout rollout);
}
