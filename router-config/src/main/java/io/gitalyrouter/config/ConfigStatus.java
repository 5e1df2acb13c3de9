package io.gitalyrouter.config;

import io.gitalyrouter.config.source.SourceContent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The configuration at one moment, for people and for checks. <em>Immutable.</em>
 *
 * @param host the host whose part of the document is followed
 * @param generation how many versions were applied since the start, the first included
 * @param origin where the version in force was read
 * @param hash the first 12 hexadecimal digits of the SHA-256 of the version in force
 * @param fingerprint the whole SHA-256 of the version in force
 * @param inForceFor how long ago it took effect
 * @param warnings what deserves a look in the version in force
 * @param problems why the source's newest version is not in force; empty when it is
 * @param age how long ago the source was heard last, whatever it held; empty if never since the
 *     start
 * @param isStale whether that is longer than the document's {@code stale_after}, so that its roles
 *     do what they say for that case
 */
public record ConfigStatus(
    String host,
    long generation,
    String origin,
    String hash,
    String fingerprint,
    Duration inForceFor,
    List<ConfigProblem> warnings,
    List<ConfigProblem> problems,
    Optional<Duration> age,
    boolean isStale) {
  /** Copies the lists. */
  public ConfigStatus {
    warnings = List.copyOf(warnings);
    problems = List.copyOf(problems);
  }

  /** Whether the source's newest version is the one in force. */
  public boolean isCurrent() {
    return problems.isEmpty();
  }

  static ConfigStatus of(
      String host, long generation, SourceContent content, List<ConfigProblem> warnings) {
    return new ConfigStatus(
        host,
        generation,
        content.origin(),
        content.hash(),
        content.fingerprint(),
        Duration.ZERO,
        warnings,
        List.of(),
        Optional.empty(),
        /* isStale= */ false);
  }

  ConfigStatus withProblems(List<ConfigProblem> newProblems) {
    return with(inForceFor, newProblems, age, isStale);
  }

  ConfigStatus withTimes(Duration newInForceFor, Optional<Duration> newAge) {
    return with(newInForceFor, problems, newAge, isStale);
  }

  ConfigStatus withStale(boolean stale) {
    return with(inForceFor, problems, age, stale);
  }

  private ConfigStatus with(
      Duration newInForceFor,
      List<ConfigProblem> newProblems,
      Optional<Duration> newAge,
      boolean stale) {
    return new ConfigStatus(
        host,
        generation,
        origin,
        hash,
        fingerprint,
        newInForceFor,
        warnings,
        newProblems,
        newAge,
        stale);
  }
}
