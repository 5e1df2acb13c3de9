package io.gitalyrouter.transport;

import io.gitalyrouter.event.RouterEvent.Trouble;
import io.gitalyrouter.transport.ServerReport.Storage;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * Whether both sides serve the same files for one storage. Falling back is right only then: a
 * server whose share is not mounted answers NOT_FOUND for every repository and looks healthy
 * otherwise. The proof is the file system's id, which Gitaly keeps in the storage itself.
 * <em>Thread-safe.</em>
 */
public final class StorageCheck {
  private final String storage;
  private final LiveEndpoint local;
  private final LiveEndpoint network;

  /**
   * What is known. Written in the router's synchronization context, read by every call; a stale
   * read lets calls through for one tick more.
   */
  private volatile Verdict verdict = new Verdict(Result.UNKNOWN, "neither side has answered yet");

  /** The versions that were told to differ. Confined to the synchronization context. */
  private String toldVersions = "";

  /** A check of one storage on two endpoints, which are asked from now on. */
  public StorageCheck(String storage, LiveEndpoint local, LiveEndpoint network) {
    this.storage = storage;
    this.local = local;
    this.network = network;
    local.wantSurvey();
    network.wantSurvey();
  }

  /** What a check can find. */
  public enum Result {
    /** Both sides see the same file system. */
    SAME,
    /** A side has not said. */
    UNKNOWN,
    /** They see different file systems, or one of them does not see the storage. */
    DIFFERENT
  }

  /**
   * What a check found.
   *
   * @param result in a word
   * @param why for a person
   */
  public record Verdict(Result result, String why) {}

  /** What is known. */
  public Verdict verdict() {
    return verdict;
  }

  /** Looks again; returns whether the result changed. Runs in the synchronization context. */
  boolean refresh() {
    Verdict before = verdict;
    Verdict now = compare();
    if (now.result() == Result.DIFFERENT) {
      local.doubtStorage();
      network.doubtStorage();
    }
    if (now.equals(before)) {
      return false;
    }
    verdict = now;
    return now.result() != before.result();
  }

  /**
   * What to tell of versions that differ, once for each pair; null if there is nothing to tell.
   * Runs in the synchronization context.
   */
  @Nullable Trouble versionTrouble() {
    ServerReport here = local.report();
    ServerReport there = network.report();
    if (here == null || there == null) {
      return null;
    }
    String both =
        here.version().equals(there.version())
            ? ""
            : "runs Gitaly " + there.version() + ", the local side " + here.version();
    boolean isNews = !both.equals(toldVersions);
    toldVersions = both;
    return isNews && !both.isEmpty()
        ? new Trouble(
            network.toString(),
            both,
            "install the same version on both sides before you compare them; calls are routed"
                + " meanwhile")
        : null;
  }

  String storage() {
    return storage;
  }

  private Verdict compare() {
    ServerReport here = local.report();
    ServerReport there = network.report();
    if (here == null || there == null) {
      return new Verdict(Result.UNKNOWN, silent(here == null ? local : network));
    }
    String wrongHere = wrong(local, here.storage(storage));
    String wrongThere = wrong(network, there.storage(storage));
    if (!wrongHere.isEmpty() || !wrongThere.isEmpty()) {
      return new Verdict(Result.DIFFERENT, wrongHere.isEmpty() ? wrongThere : wrongHere);
    }
    String idHere = id(here.storage(storage));
    String idThere = id(there.storage(storage));
    return idHere.equals(idThere)
        ? new Verdict(Result.SAME, "filesystem_id " + idHere)
        : new Verdict(
            Result.DIFFERENT,
            "the sides serve different files: filesystem_id "
                + idHere
                + " (local), "
                + idThere
                + " (network); is the share mounted?");
  }

  private static String silent(LiveEndpoint endpoint) {
    Status failure = endpoint.surveyFailure();
    return endpoint
        + " has not answered ServerInfo"
        + (failure == null ? " yet" : ": " + failure.getCode() + " " + failure.getDescription());
  }

  private String wrong(LiveEndpoint endpoint, @Nullable Storage seen) {
    if (seen == null) {
      return endpoint + " does not serve storage \"" + storage + "\"";
    }
    if (!seen.readable()) {
      return endpoint + " cannot read storage \"" + storage + "\"";
    }
    return seen.filesystemId().isEmpty()
        ? endpoint + " has no filesystem_id for storage \"" + storage + "\"; is the share mounted?"
        : "";
  }

  private static String id(@Nullable Storage seen) {
    return seen == null ? "" : seen.filesystemId();
  }
}
