package io.gitalyrouter.config;

import java.util.List;

/**
 * The configuration at one moment, for people and for checks. <em>Immutable.</em>
 *
 * @param host the host whose part of the document is followed
 * @param generation how many versions were applied since the start, the first included
 * @param origin where the version in force was read
 * @param hash the first 12 hexadecimal digits of the SHA-256 of the version in force
 * @param warnings what deserves a look in the version in force
 * @param problems why the source's newest version is not in force; empty when it is
 */
public record ConfigStatus(
    String host,
    long generation,
    String origin,
    String hash,
    List<ConfigProblem> warnings,
    List<ConfigProblem> problems) {
  /** Copies the lists. */
  public ConfigStatus {
    warnings = List.copyOf(warnings);
    problems = List.copyOf(problems);
  }

  /** Whether the source's newest version is the one in force. */
  public boolean isCurrent() {
    return problems.isEmpty();
  }

  ConfigStatus withProblems(List<ConfigProblem> newProblems) {
    return new ConfigStatus(host, generation, origin, hash, warnings, newProblems);
  }
}
