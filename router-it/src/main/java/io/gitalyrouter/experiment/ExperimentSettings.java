package io.gitalyrouter.experiment;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/**
 * The experiment's command line. <em>Not thread-safe; confined to the main thread, which fills it
 * before anybody reads it.</em>
 */
final class ExperimentSettings {
  @Option(
      names = "--repository",
      description =
          "The Git repository to mirror; by default the one around the working directory.")
  private @Nullable Path repository;

  @Option(
      names = "--rate",
      defaultValue = "150",
      description = "Calls each worker makes each second. Default: ${DEFAULT-VALUE}.")
  private double rate;

  @Option(
      names = "--dark",
      defaultValue = "6",
      description = "Seconds of dark. Default: ${DEFAULT-VALUE}.")
  private double dark;

  @Option(
      names = "--observe",
      defaultValue = "15",
      description = "Seconds of observe. Default: ${DEFAULT-VALUE}.")
  private double observe;

  @Option(
      names = "--compare",
      defaultValue = "30",
      description = "Seconds of compare. Default: ${DEFAULT-VALUE}.")
  private double compare;

  @Option(
      names = "--healthy",
      defaultValue = "2",
      description = "Seconds before each fault. Default: ${DEFAULT-VALUE}.")
  private double healthy;

  @Option(
      names = "--sick",
      defaultValue = "6",
      description = "Seconds that the server is dead, and frozen. Default: ${DEFAULT-VALUE}.")
  private double sick;

  @Option(
      names = "--recovery",
      defaultValue = "2",
      description = "Seconds after each recovery. Default: ${DEFAULT-VALUE}.")
  private double recovery;

  @Option(
      names = "--rollback",
      defaultValue = "3",
      description = "The least seconds of rollback. Default: ${DEFAULT-VALUE}.")
  private double rollback;

  @Option(
      names = "--postcheck",
      defaultValue = "6",
      description = "Seconds of the post-check. Default: ${DEFAULT-VALUE}.")
  private double postcheck;

  @Option(
      names = "--sabotage",
      converter = SabotageName.class,
      description =
          "Plants a fault that the verdict must find: dark-traffic, role-too-wide, role-lost,"
              + " double-write, lost-write, failed-read, leak-after-rollback.")
  private @Nullable Sabotage sabotage;

  @Option(
      names = "--output",
      defaultValue = "target/experiment",
      description = "Where the reports are written. Default: ${DEFAULT-VALUE}.")
  private Path output = Path.of("");

  @Option(names = "--plain", description = "Plain lines, also on a terminal.")
  private boolean plain;

  /** Reads the name of a sabotage. <em>Immutable.</em> */
  static final class SabotageName implements ITypeConverter<Sabotage> {
    @Override
    public Sabotage convert(String value) {
      return Sabotage.parse(value);
    }
  }

  @Nullable Path repository() {
    return repository;
  }

  Optional<Sabotage> sabotage() {
    return Optional.ofNullable(sabotage);
  }

  Path output() {
    return output.toAbsolutePath().normalize();
  }

  boolean isPlain() {
    return plain;
  }

  Plan plan() {
    return new Plan(
        rate,
        seconds(dark),
        seconds(observe),
        seconds(compare),
        seconds(healthy),
        seconds(sick),
        seconds(recovery),
        seconds(rollback),
        seconds(postcheck));
  }

  /** What the report says about the settings. */
  Map<String, String> described(SourceRepository source) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("repository", source.description());
    settings.put("rate", rate + " calls/s from each of two workers");
    settings.put(
        "seconds",
        String.join(
            ", ",
            "dark " + dark,
            "observe " + observe,
            "compare " + compare,
            "before a fault " + healthy,
            "sick " + sick,
            "after recovery " + recovery,
            "rollback " + rollback,
            "post-check " + postcheck));
    settings.put("java", Runtime.version().toString());
    settings.put("processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
    return settings;
  }

  private static Duration seconds(double seconds) {
    return Duration.ofMillis(Math.round(seconds * 1000));
  }
}
