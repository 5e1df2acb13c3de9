package io.gitalyrouter.config.imports;

import io.gitalyrouter.config.ConfigOrigin;
import io.gitalyrouter.config.ConfigProblem;
import io.gitalyrouter.config.InvalidConfigException;
import java.util.List;

/** What is wrong with a text, at its place. <em>Thread-safe.</em> */
final class Refusal {
  /** GitLab's own files have about ten levels. */
  static final int MAX_DEPTH = 30;

  private Refusal() {}

  static InvalidConfigException at(ConfigOrigin origin, String path, String problem) {
    return new InvalidConfigException(List.of(new ConfigProblem(origin, path, problem)));
  }

  static InvalidConfigException at(ConfigOrigin origin, String problem) {
    return at(origin, "", problem);
  }

  static InvalidConfigException tooDeep(ConfigOrigin origin) {
    return at(origin, "nested more than " + MAX_DEPTH + " levels deep");
  }
}
