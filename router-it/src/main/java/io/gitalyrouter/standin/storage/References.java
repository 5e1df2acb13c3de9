package io.gitalyrouter.standin.storage;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.List;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;

/** Reads and moves single references. *Immutable.* */
public final class References {
  private References() {}

  /**
   * The full name of the default branch: where HEAD points to, else a customary name, else the
   * first branch; empty if there is no branch.
   */
  public static String defaultBranch(Repository repository) throws IOException {
    Ref head = repository.exactRef(Constants.HEAD);
    if (head != null && head.isSymbolic() && head.getObjectId() != null) {
      return head.getTarget().getName();
    }
    List<String> branches =
        repository.getRefDatabase().getRefsByPrefix(Constants.R_HEADS).stream()
            .map(Ref::getName)
            .sorted()
            .toList();
    for (String customary : List.of("refs/heads/main", "refs/heads/master")) {
      if (branches.contains(customary)) {
        return customary;
      }
    }
    return branches.isEmpty() ? "" : branches.get(0);
  }

  /** Where HEAD points to, whether there is such a branch or not; empty if it is detached. */
  public static String headTarget(Repository repository) throws IOException {
    Ref head = repository.exactRef(Constants.HEAD);
    return head != null && head.isSymbolic() ? head.getTarget().getName() : "";
  }

  /**
   * Points a reference at a revision; a null id as revision removes it. HEAD is pointed at a branch
   * instead.
   *
   * @param oldRevision what it must point to now; empty for anything; a null id for nothing
   * @throws StatusRuntimeException if a revision is unknown, or the reference is elsewhere
   */
  public static void write(Repository repository, String name, String revision, String oldRevision)
      throws IOException {
    if (name.equals(Constants.HEAD)) {
      RefUpdate head = repository.updateRef(Constants.HEAD);
      check(name, head.link(revision));
      return;
    }
    RefUpdate update = repository.updateRef(name, /* detach= */ true);
    update.setForceUpdate(/* b= */ true);
    if (!oldRevision.isEmpty()) {
      update.setExpectedOldObjectId(require(repository, oldRevision));
    }
    ObjectId target = require(repository, revision);
    if (target.equals(ObjectId.zeroId())) {
      check(name, update.delete());
    } else {
      update.setNewObjectId(target);
      check(name, update.update());
    }
  }

  /**
   * Creates a reference that must not exist.
   *
   * @return whether it was created; if not, another one is there
   */
  public static boolean tryCreate(Repository repository, String name, ObjectId target)
      throws IOException {
    RefUpdate update = repository.updateRef(name);
    update.setExpectedOldObjectId(ObjectId.zeroId());
    update.setNewObjectId(target);
    return update.update() == RefUpdate.Result.NEW;
  }

  private static ObjectId require(Repository repository, String revision) throws IOException {
    if (revision.equals(ObjectId.zeroId().name())) {
      return ObjectId.zeroId();
    }
    return Commits.resolve(repository, revision)
        .orElseThrow(
            () ->
                Status.INTERNAL
                    .withDescription("resolving revision: reference not found: " + revision)
                    .asRuntimeException());
  }

  private static void check(String name, RefUpdate.Result result) {
    switch (result) {
      case NEW, FORCED, FAST_FORWARD, NO_CHANGE, RENAMED -> {}
      // The lock is held by another writer, or the old value is not the expected one.
      case LOCK_FAILURE -> throw refused(Status.ABORTED, name, result);
      default -> throw refused(Status.INTERNAL, name, result);
    }
  }

  private static StatusRuntimeException refused(
      Status status, String name, RefUpdate.Result result) {
    return status.withDescription("updating ref " + name + ": " + result).asRuntimeException();
  }
}
