package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.store.AuditEntry;
import io.gitalyrouter.config.store.ChangeStore;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * Which part of the audit is shown; a mixin. <em>Not thread-safe; confined to the command that it
 * is mixed into.</em>
 */
final class AuditFilter {
  @Option(
      names = "--since",
      paramLabel = "TIME",
      description =
          "From then on: a moment such as 2026-11-24T12:30:00Z, or how long ago, such as 2h.")
  private Optional<String> since = Optional.empty();

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "Only what this host was told to do.")
  private Optional<String> host = Optional.empty();

  /** The entries, oldest first. */
  List<AuditEntry> entries(ChangeStore store, Instant now) throws IOException {
    Instant from = since.map(text -> moment(text, now)).orElse(Instant.MIN);
    return store.audit().stream()
        .filter(entry -> !entry.at().isBefore(from))
        .filter(entry -> host.isEmpty() || isAbout(entry, host.get()))
        .toList();
  }

  private static boolean isAbout(AuditEntry entry, String name) {
    return entry.effects().stream().anyMatch(line -> line.matches("\\Q" + name + "\\E[: ].*"));
  }

  private static Instant moment(String text, Instant now) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      try {
        return now.minus(DurationConverter.parse(text));
      } catch (picocli.CommandLine.TypeConversionException unused) {
        throw CommandException.usage(
            "--since: \"" + text + "\" (expected: 2026-11-24T12:30:00Z, or 30m, 2h, 7d)");
      }
    }
  }
}
