package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.store.ChangeStore;
import io.gitalyrouter.config.store.StoreState;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * What every change of the document says about itself; a mixin. <em>Not thread-safe; confined to
 * the command that it is mixed into.</em>
 */
final class ChangeOptions {
  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      required = true,
      description = "Why; written to the audit.")
  private String reason = "";

  @Option(
      names = "--change",
      paramLabel = "URL",
      description = "The change's page; written to the audit.")
  private Optional<String> change = Optional.empty();

  @Option(
      names = "--if-generation",
      paramLabel = "N",
      description = "Only if the document is still at this generation.")
  private Optional<Long> ifGeneration = Optional.empty();

  @Option(
      names = "--dry-run",
      description =
          "Prints what would change, as lines of the document and by host; writes nothing.")
  private boolean isDryRun;

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description =
          "How long to wait until the hosts acknowledge that they apply it; 30s unless given, 0s not"
              + " to wait.")
  private Duration wait = Duration.ofSeconds(30);

  /** What a plan says about itself: it only shows. */
  static ChangeOptions showing() {
    ChangeOptions options = new ChangeOptions();
    options.reason = "plan";
    options.isDryRun = true;
    return options;
  }

  /**
   * Why.
   *
   * @throws CommandException if it says nothing
   */
  String reason() {
    if (reason.isBlank()) {
      throw CommandException.usage("--reason: empty (expected: why, in a few words)");
    }
    return reason;
  }

  Optional<String> change() {
    return change;
  }

  /**
   * Makes sure that the document is the one that was looked at.
   *
   * @throws CommandException if it is at another generation than the one that was asked for
   */
  void requireGeneration(ChangeStore store, StoreState seen) {
    if (ifGeneration.isPresent() && ifGeneration.get() != seen.generation()) {
      throw CommandException.refused(
          store.name()
              + " is at generation "
              + seen.generation()
              + " (expected: "
              + ifGeneration.get()
              + "); nothing was changed. See: gitaly-router audit");
    }
  }

  boolean isDryRun() {
    return isDryRun;
  }

  Duration patience() {
    return wait;
  }
}
