package io.gitalyrouter.config;

/**
 * One thing wrong with a document. Never contains a secret. <em>Immutable.</em>
 *
 * @param origin where it stands
 * @param path the key, such as {@code storages.default.network.address}; empty when the whole
 *     document is meant
 * @param problem what is wrong, what was expected, and what to do
 */
public record ConfigProblem(ConfigOrigin origin, String path, String problem) {
  /** One line, in the form {@code file:line:column path: problem}. */
  @Override
  public String toString() {
    return path.isEmpty() ? origin + ": " + problem : origin + " " + path + ": " + problem;
  }
}
