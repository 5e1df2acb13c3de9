package io.gitalyrouter.config.page;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.logging.Logger;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Skips a test class where no Chromium is installed, and says so in one line of the run. With
 * {@code -Dchromium.required=true}, or the environment variable {@code CHROMIUM_REQUIRED=true}, the
 * tests run and fail instead. <em>Thread-safe.</em>
 */
public final class NeedsChromium implements ExecutionCondition {
  private static final Logger LOG = Logger.getLogger(NeedsChromium.class.getName());

  /** Where it is; empty if it is not installed. */
  public static Optional<Path> installed() {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .map(directory -> Path.of(directory, "chromium"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Whether to try: it is installed, or tests must fail without it. */
  public static boolean isPossible() {
    return installed().isPresent() || isRequired();
  }

  private static boolean isRequired() {
    return Boolean.getBoolean("chromium.required")
        || Boolean.parseBoolean(System.getenv().getOrDefault("CHROMIUM_REQUIRED", "false"));
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (isPossible()) {
      return ConditionEvaluationResult.enabled("chromium is installed, or required");
    }
    String why = "no chromium in PATH: its tests are skipped; run: apt-get install chromium";
    if (context.getTestMethod().isEmpty()) {
      LOG.warning(why);
    }
    return ConditionEvaluationResult.disabled(why);
  }
}
