package io.gitalyrouter.experiment;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Runs the stock git client, apart from the settings of whoever runs the experiment.
 * <em>Immutable.</em>
 */
public final class Git {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private Git() {}

  /**
   * How a run of git ended.
   *
   * @param exitCode 0 if it was content
   * @param output what it wrote to its standard output
   * @param error what it wrote to its standard error
   */
  public record Result(int exitCode, String output, String error) {}

  /**
   * Runs git and fails if git does.
   *
   * @return its standard output, without white space at the end
   * @throws IOException with its standard error
   */
  public static String run(Path directory, String... arguments)
      throws IOException, InterruptedException {
    Result result = attempt(directory, arguments);
    if (result.exitCode() != 0) {
      throw new IOException(
          "git "
              + String.join(" ", arguments)
              + " ended with "
              + result.exitCode()
              + ": "
              + result.error().strip());
    }
    return result.output().stripTrailing();
  }

  /** Runs git, whatever comes of it. */
  public static Result attempt(Path directory, String... arguments)
      throws IOException, InterruptedException {
    return attempt(directory, ProcessBuilder.Redirect.from(new File("/dev/null")), arguments);
  }

  /** Runs git with a file as its standard input. */
  static Result attemptFrom(Path input, Path directory, String... arguments)
      throws IOException, InterruptedException {
    return attempt(directory, ProcessBuilder.Redirect.from(input.toFile()), arguments);
  }

  /** Runs git and leaves its standard output, whose bytes may be no text, in a file. */
  static Result attemptInto(Path output, Path directory, String... arguments)
      throws IOException, InterruptedException {
    return execute(
        directory, ProcessBuilder.Redirect.from(new File("/dev/null")), output, false, arguments);
  }

  private static Result attempt(Path directory, ProcessBuilder.Redirect input, String... arguments)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("git-", ".out");
    try {
      return execute(directory, input, output, true, arguments);
    } finally {
      Files.deleteIfExists(output);
    }
  }

  private static Result execute(
      Path directory,
      ProcessBuilder.Redirect input,
      Path output,
      boolean textual,
      String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    Path error = Files.createTempFile("git-", ".err");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectInput(input)
              .redirectOutput(output.toFile())
              .redirectError(error.toFile());
      isolate(builder.environment());
      Process process = builder.start();
      try {
        if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new IOException(String.join(" ", command) + " did not end within " + PATIENCE);
        }
      } finally {
        process.destroyForcibly();
      }
      return new Result(process.exitValue(), textual ? text(output) : "", text(error));
    } finally {
      Files.deleteIfExists(error);
    }
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  private static void isolate(Map<String, String> environment) {
    environment.keySet().removeIf(name -> name.startsWith("GIT_"));
    environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
    environment.put("GIT_CONFIG_NOSYSTEM", "1");
    environment.put("GIT_TERMINAL_PROMPT", "0");
    environment.put("GIT_AUTHOR_NAME", "experiment");
    environment.put("GIT_AUTHOR_EMAIL", "experiment@localhost");
    environment.put("GIT_COMMITTER_NAME", "experiment");
    environment.put("GIT_COMMITTER_EMAIL", "experiment@localhost");
    environment.put("LC_ALL", "C");
  }

  /** Every reference of a repository with the object that it names. */
  public static Map<String, String> refs(Path repository) throws IOException, InterruptedException {
    return parseRefs(run(repository, "for-each-ref", "--format=%(objectname) %(refname)"));
  }

  /** Reads lines of an object id, white space and a name. */
  static Map<String, String> parseRefs(String lines) {
    Map<String, String> refs = new TreeMap<>();
    for (String line : lines.lines().toList()) {
      String[] fields = line.split("\\s+", 2);
      if (fields.length == 2) {
        refs.put(fields[1], fields[0]);
      }
    }
    return refs;
  }
}
