package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.store.ChangeStore;
import io.gitalyrouter.config.store.OngoingChange;
import io.gitalyrouter.config.store.StoreState;
import java.io.IOException;
import java.util.Optional;

/**
 * The rollout that the store says is in progress. <em>Immutable.</em>
 *
 * @param seen what was read
 * @param rollout the rollout in it
 */
record RolloutInProgress(StoreState seen, Rollout rollout) {

  /** The one in a state, if there is one. */
  static Optional<RolloutInProgress> in(StoreState seen) {
    return Rollout.of(seen.ongoing()).map(rollout -> new RolloutInProgress(seen, rollout));
  }

  /**
   * The one to change.
   *
   * @throws CommandException if there is none, or the document is at another generation than the
   *     options ask for
   */
  static RolloutInProgress toChange(ChangeStore store, ChangeOptions options) throws IOException {
    StoreState seen = store.read();
    options.requireGeneration(store, seen);
    return in(seen).orElseThrow(() -> CommandException.refused("no rollout is in progress"));
  }

  /** What the store is to say of the change in progress when the rollout is another one. */
  Optional<OngoingChange> becoming(Rollout next) {
    return seen.ongoing().map(change -> change.withDetail(next.toJson()));
  }
}
