package io.gitalyrouter.standin.rpc;

import io.gitalyrouter.it.proto.ListCommitsRequest;
import io.gitalyrouter.it.proto.ListCommitsResponse;
import io.gitalyrouter.standin.storage.CommitQuery;
import io.gitalyrouter.standin.storage.Commits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.jspecify.annotations.Nullable;

/**
 * The commits of one listing, cut into messages. *Not thread-safe; confined to the thread that
 * sends.*
 */
final class CommitPages {
  private static final int COMMITS_PER_MESSAGE = 100;

  private final ListCommitsRequest request;
  private final Outbound<ListCommitsResponse> out;
  private final String pageToken;
  private final long limit;
  private boolean pageBegun;
  private long skipped;
  private long sent;
  private ListCommitsResponse.Builder message = ListCommitsResponse.newBuilder();

  private CommitPages(ListCommitsRequest request, Outbound<ListCommitsResponse> out) {
    this.request = request;
    this.out = out;
    pageToken = request.getPaginationParams().getPageToken();
    pageBegun = pageToken.isEmpty();
    int pageLimit = request.getPaginationParams().getLimit();
    limit = request.hasPaginationParams() && pageLimit > 0 ? pageLimit : Long.MAX_VALUE;
  }

  /** Walks the commits and sends them while the walk goes on, unless their order is reversed. */
  static void send(
      Repository repository, ListCommitsRequest request, Outbound<ListCommitsResponse> out)
      throws IOException {
    CommitPages pages = new CommitPages(request, out);
    try (RevWalk walk = new RevWalk(repository)) {
      if (request.getDisableWalk()) {
        pages.addNamed(repository, walk);
      } else {
        CommitQuery.prepare(walk, repository, request);
        pages.addWalked(walk);
      }
    }
    pages.flush();
  }

  private void addNamed(Repository repository, RevWalk walk) throws IOException {
    for (String revision : request.getRevisionsList()) {
      add(Commits.find(repository, walk, revision).orElse(null));
    }
  }

  private void addWalked(RevWalk walk) throws IOException {
    if (request.getReverse()) {
      List<RevCommit> all = new ArrayList<>();
      walk.forEach(all::add);
      Collections.reverse(all);
      for (RevCommit commit : all) {
        add(commit);
      }
      return;
    }
    RevCommit commit = walk.next();
    while (commit != null && sent < limit) {
      add(commit);
      commit.disposeBody();
      commit = walk.next();
    }
  }

  private void add(@Nullable RevCommit commit) throws IOException {
    if (commit == null || sent >= limit) {
      return;
    }
    if (!pageBegun) {
      pageBegun = commit.name().equals(pageToken);
      return;
    }
    if (skipped < request.getSkip()) {
      skipped++;
      return;
    }
    sent++;
    message.addCommits(Commits.message(commit, /* withTrailers= */ false));
    if (message.getCommitsCount() == COMMITS_PER_MESSAGE) {
      flush();
    }
  }

  private void flush() throws IOException {
    if (message.getCommitsCount() > 0) {
      out.send(message.build());
      message = ListCommitsResponse.newBuilder();
    }
  }
}
