package io.gitalyrouter.standin.storage;

import com.google.protobuf.ByteString;
import io.gitalyrouter.it.proto.ListRefsRequest;
import io.gitalyrouter.it.proto.ListRefsResponse.Reference;
import io.gitalyrouter.it.proto.SortDirection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevTag;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * The references of a repository that a request asks for, as {@code git for-each-ref} lists them.
 * *Not thread-safe; confined to one call.*
 */
public final class RefListing {
  private final Repository repository;
  private final ListRefsRequest request;

  private RefListing(Repository repository, ListRefsRequest request) {
    this.repository = repository;
    this.request = request;
  }

  /** Lists the references in the order asked for. */
  public static List<Reference> of(Repository repository, ListRefsRequest request)
      throws IOException {
    return new RefListing(repository, request).list();
  }

  private List<Reference> list() throws IOException {
    List<RefPattern> patterns =
        request.getPatternsList().stream()
            .map(pattern -> RefPattern.of(pattern.toStringUtf8()))
            .toList();
    Set<String> targets = new HashSet<>();
    request.getPointingAtOidsList().forEach(oid -> targets.add(oid.toStringUtf8()));
    try (RevWalk walk = new RevWalk(repository)) {
      List<Entry> entries = new ArrayList<>();
      for (Ref ref : repository.getRefDatabase().getRefsByPrefix(Constants.R_REFS)) {
        ObjectId id = ref.getObjectId();
        if (id != null && patterns.stream().anyMatch(p -> p.matches(ref.getName()))) {
          Entry entry = entry(walk, ref.getName(), id);
          if (targets.isEmpty() || targets.contains(id.name()) || targets.contains(entry.peeled)) {
            entries.add(entry);
          }
        }
      }
      entries.sort(order());
      Ref head = repository.exactRef(Constants.HEAD);
      if (request.getHead() && head != null && head.getObjectId() != null) {
        entries.add(0, entry(walk, Constants.HEAD, head.getObjectId()));
      }
      return entries.stream().map(this::message).toList();
    }
  }

  private Entry entry(RevWalk walk, String name, ObjectId id) throws IOException {
    boolean byName = request.getSortBy().getKey() == ListRefsRequest.SortBy.Key.REFNAME;
    if (byName && !request.getPeelTags() && request.getPointingAtOidsCount() == 0) {
      // Nothing asks for the object: thousands of references are listed without opening a pack.
      return new Entry(name, id.name(), "", 0);
    }
    RevObject object = walk.parseAny(id);
    String peeled = object instanceof RevTag ? walk.peel(object).name() : "";
    return new Entry(name, id.name(), peeled, byName ? 0 : seconds(walk, object));
  }

  private long seconds(RevWalk walk, RevObject object) throws IOException {
    PersonIdent who = null;
    if (object instanceof RevTag tag) {
      walk.parseBody(tag);
      // A tag has no author and no committer of its own; git sorts it before all others there.
      who =
          request.getSortBy().getKey() == ListRefsRequest.SortBy.Key.CREATORDATE
              ? tag.getTaggerIdent()
              : null;
    } else if (object instanceof RevCommit commit) {
      walk.parseBody(commit);
      who =
          request.getSortBy().getKey() == ListRefsRequest.SortBy.Key.AUTHORDATE
              ? commit.getAuthorIdent()
              : commit.getCommitterIdent();
    }
    return who == null ? 0 : who.getWhenAsInstant().getEpochSecond();
  }

  private Comparator<Entry> order() {
    Comparator<Entry> byName = Comparator.comparing(Entry::name);
    boolean descending = request.getSortBy().getDirection() == SortDirection.DESCENDING;
    if (request.getSortBy().getKey() == ListRefsRequest.SortBy.Key.REFNAME) {
      return descending ? byName.reversed() : byName;
    }
    Comparator<Entry> byDate = Comparator.comparingLong(Entry::seconds);
    return (descending ? byDate.reversed() : byDate).thenComparing(byName);
  }

  private Reference message(Entry entry) {
    Reference.Builder reference =
        Reference.newBuilder().setName(ByteString.copyFromUtf8(entry.name)).setTarget(entry.target);
    if (request.getPeelTags()) {
      reference.setPeeledTarget(entry.peeled);
    }
    return reference.build();
  }

  private record Entry(String name, String target, String peeled, long seconds) {}
}
