package io.gitalyrouter.config;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A document cannot be used. Carries all of its problems, in the order of the document.
 * <em>Immutable.</em>
 */
public final class InvalidConfigException extends RuntimeException {
  /** The message shows this many problems; {@link #problems()} has all of them. */
  private static final int SHOWN = 20;

  // Not serialised with the rest: problems are for the process that read the document.
  private final transient List<ConfigProblem> problems;

  /** Of these problems, at least one. */
  public InvalidConfigException(List<ConfigProblem> problems) {
    this(problems, null);
  }

  InvalidConfigException(List<ConfigProblem> problems, @Nullable Throwable cause) {
    super(message(problems), cause);
    this.problems = List.copyOf(problems);
  }

  /** What is wrong, at least one entry. */
  public List<ConfigProblem> problems() {
    return problems;
  }

  /** The problems for one log line or one message: a single one in line, several one a line. */
  static String message(List<ConfigProblem> problems) {
    if (problems.size() == 1) {
      return problems.get(0).toString();
    }
    String more = problems.size() > SHOWN ? "\n  and " + (problems.size() - SHOWN) + " more" : "";
    return problems.size()
        + " problems:"
        + problems.stream()
            .limit(SHOWN)
            .map(problem -> "\n  " + problem)
            .collect(Collectors.joining())
        + more;
  }
}
