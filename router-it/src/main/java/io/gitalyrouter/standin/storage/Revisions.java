package io.gitalyrouter.standin.storage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.revwalk.filter.RevFilter;

/**
 * Which commits a walk starts from and which it leaves out, from the arguments that {@code git
 * rev-list} takes. *Not thread-safe; confined to one call.*
 *
 * <p>Understood: a revision, {@code ^a}, {@code a..b}, {@code a...b}, {@code --not}, {@code --all},
 * {@code --branches} and {@code --tags}.
 */
final class Revisions {
  private final Repository repository;
  private final RevWalk walk;
  private final List<RevCommit> wanted = new ArrayList<>();
  private final List<RevCommit> unwanted = new ArrayList<>();

  private Revisions(Repository repository, RevWalk walk) {
    this.repository = repository;
    this.walk = walk;
  }

  /**
   * Reads the arguments.
   *
   * @throws UnknownRevisionException if one of them names no commit
   */
  static Revisions parse(Repository repository, RevWalk walk, List<String> arguments)
      throws IOException {
    Revisions revisions = new Revisions(repository, walk);
    boolean not = false;
    for (String argument : arguments) {
      switch (argument) {
        case "--not" -> not = !not;
        case "--all" -> revisions.addReferences(not, "");
        case "--branches" -> revisions.addReferences(not, Constants.R_HEADS);
        case "--tags" -> revisions.addReferences(not, Constants.R_TAGS);
        default -> revisions.add(not, argument);
      }
    }
    return revisions;
  }

  /** Marks the commits in a walk, whose filters must have been set. */
  void mark(RevWalk target) throws IOException {
    for (RevCommit commit : wanted) {
      target.markStart(target.lookupCommit(commit));
    }
    for (RevCommit commit : unwanted) {
      target.markUninteresting(target.lookupCommit(commit));
    }
  }

  private void add(boolean not, String argument) throws IOException {
    int dots = argument.indexOf("..");
    if (argument.startsWith("^")) {
      side(!not).add(require(argument.substring(1)));
    } else if (argument.startsWith("...", dots)) {
      RevCommit left = require(orHead(argument.substring(0, dots)));
      RevCommit right = require(orHead(argument.substring(dots + 3)));
      side(not).add(left);
      side(not).add(right);
      side(!not).addAll(mergeBases(left, right));
    } else if (dots >= 0) {
      side(!not).add(require(orHead(argument.substring(0, dots))));
      side(not).add(require(orHead(argument.substring(dots + 2))));
    } else {
      side(not).add(require(argument));
    }
  }

  private void addReferences(boolean not, String prefix) throws IOException {
    for (Ref ref : repository.getRefDatabase().getRefsByPrefix(prefix)) {
      if (ref.getObjectId() != null) {
        RevObject target = walk.peel(walk.parseAny(ref.getObjectId()));
        if (target instanceof RevCommit commit) {
          side(not).add(commit);
        }
      }
    }
  }

  private List<RevCommit> mergeBases(RevCommit left, RevCommit right) throws IOException {
    try (RevWalk bases = new RevWalk(repository)) {
      bases.setRevFilter(RevFilter.MERGE_BASE);
      bases.markStart(bases.parseCommit(left));
      bases.markStart(bases.parseCommit(right));
      List<RevCommit> found = new ArrayList<>();
      bases.forEach(found::add);
      return found;
    }
  }

  private List<RevCommit> side(boolean not) {
    return not ? unwanted : wanted;
  }

  private RevCommit require(String revision) throws IOException {
    return Commits.find(repository, walk, revision)
        .orElseThrow(() -> new UnknownRevisionException(revision));
  }

  private static String orHead(String revision) {
    return revision.isEmpty() ? Constants.HEAD : revision;
  }
}
