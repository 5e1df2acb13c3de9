package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.DocumentView;
import io.gitalyrouter.config.check.CheckLevel;
import io.gitalyrouter.config.check.CheckResult;
import io.gitalyrouter.config.check.PrecheckPlan;
import io.gitalyrouter.config.source.SourceContent;
import io.gitalyrouter.route.StorageRoutes;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Asks the precheck, from this process. Whoever changes something holds no lock of its own then:
 * the store is asked for one before. <em>Immutable.</em>
 *
 * @param clock dates tokens
 */
record PrecheckGate(Clock clock) implements ChangeGate {
  @Override
  public List<String> objections(SourceContent after, Set<String> hosts, Set<String> storages) {
    List<StorageRoutes> asked = Prechecks.routes(DocumentView.of(after), storages);
    if (asked.isEmpty()) {
      return List.of();
    }
    PrecheckPlan plan =
        new PrecheckPlan(
            asked,
            List.copyOf(hosts),
            Optional.empty(),
            Map.of(),
            Optional.empty(),
            PrecheckPlan.DEFAULT_TIMEOUT,
            PrecheckPlan.DEFAULT_CERTIFICATE_MARGIN);
    return Prechecks.run(plan, clock, Optional::empty).results().stream()
        .filter(result -> result.level() == CheckLevel.FAIL)
        .map(PrecheckGate::line)
        .toList();
  }

  private static String line(CheckResult result) {
    return result.subject()
        + ", "
        + result.check()
        + ": "
        + result.found()
        + "; "
        + result.advice();
  }
}
