package io.gitalyrouter.etcd;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Skips a test where etcd is not installed, and says so in one line of the run. With {@code
 * -Detcd.required=true}, or the environment variable {@code ETCD_REQUIRED=true}, the test runs and
 * fails instead. <em>Thread-safe.</em>
 */
public final class NeedsEtcd implements ExecutionCondition {
  private static final Logger log = LoggerFactory.getLogger(NeedsEtcd.class);

  static boolean isInstalled() {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, "etcd")));
  }

  private static boolean isRequired() {
    return Boolean.getBoolean("etcd.required")
        || Boolean.parseBoolean(System.getenv().getOrDefault("ETCD_REQUIRED", "false"));
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (isInstalled() || isRequired()) {
      return ConditionEvaluationResult.enabled("etcd is installed, or required");
    }
    String why = "no etcd in PATH: its tests are skipped; run: apt-get install etcd-server";
    Object unused =
        context
            .getRoot()
            .getStore(Namespace.create(NeedsEtcd.class))
            .computeIfAbsent(
                "told",
                key -> {
                  log.warn(why);
                  return key;
                });
    return ConditionEvaluationResult.disabled(why);
  }
}
