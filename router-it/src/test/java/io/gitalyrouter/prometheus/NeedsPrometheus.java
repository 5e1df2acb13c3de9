package io.gitalyrouter.prometheus;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Skips a test where Prometheus or jsonnet is not installed, and says so in one line of the run.
 * With the environment variable {@code PROMETHEUS_REQUIRED=true} the test runs and fails instead.
 * <em>Thread-safe.</em>
 */
final class NeedsPrometheus implements ExecutionCondition {
  private static final Logger log = LoggerFactory.getLogger(NeedsPrometheus.class);

  private static boolean isInstalled(String program) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    boolean required =
        Boolean.parseBoolean(System.getenv().getOrDefault("PROMETHEUS_REQUIRED", "false"));
    if (required
        || List.of("prometheus", "jsonnet").stream().allMatch(NeedsPrometheus::isInstalled)) {
      return ConditionEvaluationResult.enabled("prometheus and jsonnet are installed, or required");
    }
    String why =
        "no prometheus or no jsonnet in PATH: its tests are skipped;"
            + " run: apt-get install prometheus jsonnet";
    // Asked for the class, and not for its methods once the class is skipped.
    log.warn(why);
    return ConditionEvaluationResult.disabled(why);
  }
}
