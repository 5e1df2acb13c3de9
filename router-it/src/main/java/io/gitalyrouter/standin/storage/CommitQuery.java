package io.gitalyrouter.standin.storage;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.gitalyrouter.it.proto.CountCommitsRequest;
import io.gitalyrouter.it.proto.ListCommitsRequest;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevSort;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.revwalk.filter.AndRevFilter;
import org.eclipse.jgit.revwalk.filter.CommitTimeRevFilter;
import org.eclipse.jgit.revwalk.filter.RevFilter;
import org.eclipse.jgit.treewalk.filter.AndTreeFilter;
import org.eclipse.jgit.treewalk.filter.PathFilterGroup;
import org.eclipse.jgit.treewalk.filter.TreeFilter;

/** Sets a walk up for what a request asks of {@code git rev-list}. *Immutable.* */
public final class CommitQuery {
  private CommitQuery() {}

  /**
   * Sets a walk up to return the commits of a listing; its page, its order reversed, and a skip are
   * the caller's to apply.
   *
   * @throws UnknownRevisionException if a revision names no commit
   */
  public static void prepare(RevWalk walk, Repository repository, ListCommitsRequest request)
      throws IOException {
    walk.setFirstParent(request.getFirstParent());
    switch (request.getOrder()) {
      case TOPO -> walk.sort(RevSort.TOPO_KEEP_BRANCH_TOGETHER);
      case DATE -> {
        walk.sort(RevSort.TOPO);
        walk.sort(RevSort.COMMIT_TIME_DESC, /* use= */ true);
      }
      case NONE, UNRECOGNIZED -> walk.sort(RevSort.COMMIT_TIME_DESC);
    }
    List<RevFilter> filters = new ArrayList<>();
    if (request.hasAfter()) {
      filters.add(after(request.getAfter()));
    }
    if (request.hasBefore()) {
      filters.add(before(request.getBefore()));
    }
    int flags = request.getIgnoreCase() ? Pattern.CASE_INSENSITIVE : 0;
    if (!request.getAuthor().isEmpty()) {
      Pattern author = Pattern.compile(request.getAuthor().toStringUtf8(), flags);
      filters.add(CommitMatch.of(commit -> author.matcher(authorLine(commit)).find()));
    }
    if (request.getCommitMessagePatternsCount() > 0) {
      List<Pattern> patterns =
          request.getCommitMessagePatternsList().stream()
              .map(pattern -> Pattern.compile(pattern.toStringUtf8(), flags))
              .toList();
      filters.add(
          CommitMatch.of(
              commit ->
                  patterns.stream().anyMatch(p -> p.matcher(commit.getFullMessage()).find())));
    }
    if (request.getMaxParents() > 0) {
      filters.add(CommitMatch.of(c -> c.getParentCount() <= request.getMaxParents()));
    }
    apply(walk, filters, request.getPathsList());
    Revisions.parse(repository, walk, request.getRevisionsList()).mark(walk);
  }

  /**
   * Sets a walk up to return the commits to count.
   *
   * @throws UnknownRevisionException if a revision names no commit
   */
  public static void prepare(RevWalk walk, Repository repository, CountCommitsRequest request)
      throws IOException {
    walk.setFirstParent(request.getFirstParent());
    List<RevFilter> filters = new ArrayList<>();
    if (request.hasAfter()) {
      filters.add(after(request.getAfter()));
    }
    if (request.hasBefore()) {
      filters.add(before(request.getBefore()));
    }
    apply(walk, filters, request.getPath().isEmpty() ? List.of() : List.of(request.getPath()));
    List<String> revisions =
        request.getAll() ? List.of("--all") : List.of(request.getRevision().toStringUtf8());
    Revisions.parse(repository, walk, revisions).mark(walk);
  }

  private static void apply(RevWalk walk, List<RevFilter> filters, List<ByteString> paths) {
    if (filters.size() == 1) {
      walk.setRevFilter(filters.get(0));
    } else if (filters.size() > 1) {
      walk.setRevFilter(AndRevFilter.create(filters));
    }
    if (!paths.isEmpty()) {
      List<String> names = paths.stream().map(ByteString::toStringUtf8).toList();
      walk.setTreeFilter(
          AndTreeFilter.create(PathFilterGroup.createFromStrings(names), TreeFilter.ANY_DIFF));
    }
  }

  private static RevFilter after(Timestamp time) {
    return CommitTimeRevFilter.after(Instant.ofEpochSecond(time.getSeconds()));
  }

  private static RevFilter before(Timestamp time) {
    return CommitTimeRevFilter.before(Instant.ofEpochSecond(time.getSeconds()));
  }

  private static String authorLine(RevCommit commit) {
    return commit.getAuthorIdent().getName()
        + " <"
        + commit.getAuthorIdent().getEmailAddress()
        + ">";
  }
}
