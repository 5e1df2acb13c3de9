package io.gitalyrouter.config.check;

import io.gitalyrouter.config.check.GitalyQuestions.ServerInfo;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What concerns the change as a whole. <em>Immutable.</em> */
final class FleetChecks {
  static final String SUBJECT = "fleet";
  static final String ONE_VERSION = "one version";
  static final String LOCK = "no other change";

  private FleetChecks() {}

  /** Whether all network servers run one version; a server that did not answer is not known. */
  static CheckResult oneVersion(Map<String, RouteFacts> networkByStorage) {
    Map<String, TreeSet<String>> storagesByVersion = new TreeMap<>();
    TreeSet<String> silent = new TreeSet<>();
    networkByStorage.forEach(
        (storage, facts) -> {
          Optional<String> version =
              facts.info().map(ServerInfo::version).filter(v -> !v.isEmpty());
          if (version.isEmpty()) {
            silent.add(storage);
          } else {
            storagesByVersion.computeIfAbsent(version.get(), v -> new TreeSet<>()).add(storage);
          }
        });
    String found =
        storagesByVersion.entrySet().stream()
            .map(e -> e.getKey() + " at " + String.join(", ", e.getValue()))
            .collect(Collectors.joining("; "));
    if (!silent.isEmpty()) {
      return CheckResult.notMade(
          SUBJECT, ONE_VERSION, "no version is known of " + String.join(", ", silent));
    }
    return storagesByVersion.size() == 1
        ? CheckResult.pass(SUBJECT, ONE_VERSION, found)
        : CheckResult.fail(
            SUBJECT,
            ONE_VERSION,
            storagesByVersion.isEmpty() ? "there is no network server" : found,
            "deploy one version to all NFS servers, and restart them");
  }

  /** Whether nobody else changes the configuration. */
  static CheckResult noOtherChange(ChangeLock lock) {
    try {
      return lock.holder()
          .map(
              holder ->
                  CheckResult.fail(
                      SUBJECT, LOCK, "in progress: " + holder, "wait for it, or agree with them"))
          .orElseGet(() -> CheckResult.pass(SUBJECT, LOCK, "nobody holds the lock"));
    } catch (IOException e) {
      return CheckResult.notMade(SUBJECT, LOCK, String.valueOf(e.getMessage()));
    }
  }

  /** That a plan without storages is no plan. */
  static List<CheckResult> nothingToCheck() {
    return List.of(
        CheckResult.fail(
            SUBJECT,
            "storages",
            "there is nothing to check",
            "name storages that the document has"));
  }
}
