package io.gitalyrouter.standin.storage;

import java.util.function.Predicate;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.revwalk.filter.RevFilter;

/** A walk's filter made of a predicate. *Immutable.* */
final class CommitMatch extends RevFilter {
  private final Predicate<RevCommit> predicate;

  private CommitMatch(Predicate<RevCommit> predicate) {
    this.predicate = predicate;
  }

  /** Lets the commits through that the predicate, which must be stateless, accepts. */
  static RevFilter of(Predicate<RevCommit> predicate) {
    return new CommitMatch(predicate);
  }

  @Override
  public boolean include(RevWalk walk, RevCommit commit) {
    return predicate.test(commit);
  }

  @Override
  public RevFilter clone() {
    return this;
  }
}
