package io.gitalyrouter.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The command as operators have it: the one file that the build of router-config makes, started as
 * a process. <em>Immutable.</em>
 *
 * @param environment what its processes find in their environment, beside this process's own
 */
record Executable(Map<String, String> environment) {
  private static final Path FILE =
      Path.of("..", "router-config", "target", "gitaly-router").toAbsolutePath().normalize();
  private static final long PATIENCE_SECONDS = 60;

  /** What one run gave. */
  record Result(int code, String out, String err) {
    /** The line of a check in a precheck's table. */
    String check(String result, String subject, String check) {
      return out.lines()
          .map(line -> line.replaceAll("\\s{2,}", " | "))
          .filter(line -> line.contains(" | " + subject + " | " + check + " | "))
          .filter(line -> line.contains(" | " + result + " | "))
          .findFirst()
          .orElse("");
    }
  }

  /** Runs it to its end. */
  Result run(String... arguments) throws IOException, InterruptedException {
    assertThat(FILE).as("built by router-config's package phase").isExecutable();
    Path out = Files.createTempFile("gitaly-router", ".out");
    Path err = Files.createTempFile("gitaly-router", ".err");
    try {
      List<String> command = new ArrayList<>(List.of(FILE.toString()));
      command.addAll(List.of(arguments));
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().putAll(environment);
      builder.environment().put("JAVA_HOME", System.getProperty("java.home", ""));
      Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
      boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly();
      }
      assertThat(ended).as("%s ended in time", command).isTrue();
      return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }
}
