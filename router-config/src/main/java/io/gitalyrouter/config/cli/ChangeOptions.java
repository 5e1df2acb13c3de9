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
  /** How long the hosts' calls are counted for a plan unless it is given. */
  static final Duration MEASURE = Duration.ofSeconds(5);

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

  /** How long calls are counted; not an option of commands that also write. */
  private Duration measure = MEASURE;

  /** What a plan says about itself: it only shows. */
  static ChangeOptions showing(Duration measure) {
    ChangeOptions options = new ChangeOptions();
    options.measure = measure;
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

  Optional<Long> ifGeneration() {
    return ifGeneration;
  }

  /**
   * Makes sure that the document is still the one that was looked at.
   *
   * @throws CommandException if another generation was asked for
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

  /** How long the hosts' calls are counted before what would change is shown. */
  Duration measure() {
    return measure;
  }

  Duration patience() {
    return wait;
  }
}
