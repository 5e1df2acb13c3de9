package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.store.AuditEntry;
import io.gitalyrouter.config.store.ChangeStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The line that a status begins with: an incident often begins with the last change. */
final class LastChange {
  private LastChange() {}

  /** When and by whom the document was changed last, for the top of a status; empty if never. */
  static Optional<String> of(ChangeStore store, Instant now) throws IOException {
    return store.audit().stream()
        .filter(entry -> !entry.action().equals(AuditEntry.ACKNOWLEDGED))
        .reduce((first, second) -> second)
        .map(
            last ->
                "last change "
                    + ago(Duration.between(last.at(), now))
                    + " ago by "
                    + last.actor()
                    + ": "
                    + last.action()
                    + " ("
                    + last.reason()
                    + ")");
  }

  private static String ago(Duration elapsed) {
    if (elapsed.toHours() >= 48) {
      return elapsed.toDays() + " d";
    }
    if (elapsed.toMinutes() >= 120) {
      return elapsed.toHours() + " h";
    }
    return elapsed.toSeconds() >= 120
        ? elapsed.toMinutes() + " min"
        : Math.max(0, elapsed.toSeconds()) + " s";
  }
}
