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

  /** The newest change; empty if there was none. */
  static Optional<AuditEntry> of(ChangeStore store) throws IOException {
    return store.audit().stream()
        .filter(entry -> !entry.action().equals(AuditEntry.ACKNOWLEDGED))
        .reduce((first, second) -> second);
  }

  /** Such as {@code last change 3 min ago by alice@ops01: enable --host git01: why (its page)}. */
  static String line(AuditEntry last, Instant now) {
    return "last change "
        + age(Duration.between(last.at(), now))
        + " ago by "
        + last.actor()
        + ": "
        + last.action()
        + ": "
        + last.reason()
        + last.change().map(url -> " (" + url + ")").orElse("");
  }

  /** A time that has passed, in its greatest unit of which there are at least two. */
  static String age(Duration elapsed) {
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
