package io.gitalyrouter.config;

import io.gitalyrouter.config.source.ConfigSource;
import io.gitalyrouter.config.source.LastGoodFile;
import io.gitalyrouter.config.source.NoDocumentException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a follower begins with. <em>Immutable.</em>
 *
 * @param host the host that is followed
 * @param plan the version to begin with
 * @param answered whether the source was heard, whatever it holds
 * @param problems why that is the last good copy and not the source's version; empty when it is
 */
record FollowerStart(String host, HostPlan plan, boolean answered, List<ConfigProblem> problems) {
  private static final Logger log = LoggerFactory.getLogger(FollowerStart.class);

  /**
   * Reads the source, and the last good copy if the source has no valid version.
   *
   * @throws InvalidConfigException with the problems of the source, and of the copy if there is one
   */
  static FollowerStart read(ConfigSource source, String host, FollowOptions options) {
    try {
      return new FollowerStart(host, fromSource(source, host), /* answered= */ true, List.of());
    } catch (InvalidConfigException e) {
      Optional<LastGoodFile> copy = options.lastGood().map(LastGoodFile::at);
      if (copy.isEmpty()) {
        throw e;
      }
      HostPlan plan = fromCopy(copy.get(), host, e);
      log.warn(
          "config starts from the last good copy host={} copy={} reason={}",
          host,
          plan.content(),
          e.getMessage());
      boolean answered =
          !(e.getCause() instanceof IOException) || e.getCause() instanceof NoDocumentException;
      return new FollowerStart(host, plan, answered, e.problems());
    }
  }

  /** The problem of a source that could not be read. */
  static List<ConfigProblem> unreadable(String source, IOException failure) {
    String message =
        failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    String origin = failure instanceof NoDocumentException none ? none.origin() : source;
    return List.of(new ConfigProblem(ConfigOrigin.of(origin), "", message));
  }

  private static HostPlan fromSource(ConfigSource source, String host) {
    try {
      return HostPlan.of(source.read(), host);
    } catch (IOException e) {
      throw new InvalidConfigException(unreadable(source.name(), e), e);
    }
  }

  private static HostPlan fromCopy(
      LastGoodFile copy, String host, InvalidConfigException sourceFailure) {
    List<ConfigProblem> problems = new ArrayList<>(sourceFailure.problems());
    try {
      return HostPlan.of(copy.read(), host);
    } catch (InvalidConfigException e) {
      problems.addAll(e.problems());
    } catch (IOException e) {
      problems.addAll(unreadable(copy.file().toString(), e));
    }
    throw new InvalidConfigException(problems, sourceFailure);
  }
}
