package io.gitalyrouter.method;

/**
 * What is known of a method. <em>Immutable.</em>
 *
 * @param policy how often, and where, it may run
 * @param repository where its first request names the repository that it is about
 * @param asksExistence whether an empty answer says that the repository does not exist
 */
public record MethodRule(MethodPolicy policy, RepositoryField repository, boolean asksExistence) {

  /** Whether a call may run again on the other side. */
  public boolean isReplayable() {
    return policy == MethodPolicy.REPLAYABLE;
  }

  /** The rule of a method that may write after all. */
  MethodRule once() {
    return isReplayable() ? new MethodRule(MethodPolicy.ONCE, repository, asksExistence) : this;
  }
}
