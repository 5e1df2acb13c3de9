package io.gitalyrouter.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Lets a class run where an engine is, and holds afterwards that it has left nothing behind.
 * <em>Thread-safe.</em>
 */
final class EngineNeeded implements ExecutionCondition, AfterAllCallback {
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (context.getTestMethod().isPresent()) {
      return ConditionEvaluationResult.enabled("its class runs");
    }
    Optional<String> absence = Engine.absence();
    if (absence.isEmpty()) {
      return ConditionEvaluationResult.enabled("a container engine answers");
    }
    if (Boolean.getBoolean(Engine.REQUIRED)) {
      throw new IllegalStateException(absence.get() + ", and -D" + Engine.REQUIRED + " is set");
    }
    System.out.println(context.getDisplayName() + " is skipped: " + absence.get());
    return ConditionEvaluationResult.disabled(absence.get());
  }

  @Override
  public void afterAll(ExtensionContext context) {
    assertThat(Belongings.of(Owner.self()).all())
        .as("left behind by %s", context.getDisplayName())
        .isEmpty();
  }
}
