package io.gitalyrouter.config.cli;

import com.google.gson.JsonObject;
import io.gitalyrouter.config.store.OngoingChange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A rollout as the store keeps it. <em>Immutable.</em>
 *
 * @param role whose share grows
 * @param ladder the steps as they were typed, such as {@code 1:15m,5:2h,100}
 * @param step the present step, counted from 0
 * @param since when it began, not counting pauses
 * @param paused when a pause began; empty while it goes on
 * @param isAutoAbort whether a guard's objection takes all calls back
 * @param lock the lock of who began it, which holds again when it has ended
 */
record Rollout(
    String role,
    String ladder,
    int step,
    Instant since,
    Optional<Instant> paused,
    boolean isAutoAbort,
    Optional<OngoingChange> lock) {
  /** The kind of such a change in progress. */
  static final String KIND = "rollout";

  /**
   * One step. <em>Immutable.</em>
   *
   * @param percent the share of calls
   * @param hold how long it lasts; empty for the last one
   */
  record Step(double percent, Optional<Duration> hold) {}

  /**
   * Reads a ladder.
   *
   * @throws CommandException if it is none
   */
  static List<Step> steps(String ladder) {
    List<Step> steps = new ArrayList<>();
    String[] parts = ladder.split(",", -1);
    for (int i = 0; i < parts.length; i++) {
      String[] part = parts[i].strip().split(":", -1);
      boolean isLast = i == parts.length - 1;
      try {
        double percent = Percent.check(Double.parseDouble(part[0]));
        if (!steps.isEmpty() && percent <= steps.get(i - 1).percent()) {
          throw CommandException.usage("--ladder: " + part[0] + " (expected: growing shares)");
        }
        if (part.length != (isLast ? 1 : 2)) {
          throw new NumberFormatException(ladder);
        }
        steps.add(
            new Step(
                percent,
                isLast ? Optional.empty() : Optional.of(DurationConverter.parse(part[1]))));
      } catch (NumberFormatException | picocli.CommandLine.TypeConversionException e) {
        throw CommandException.usage(
            "--ladder: \"" + parts[i] + "\" (expected: steps such as 1:15m,5:2h,50:24h,100)");
      }
    }
    return steps;
  }

  /** The rollout that is in progress, if one is. */
  static Optional<Rollout> of(Optional<OngoingChange> ongoing) {
    return ongoing
        .filter(change -> change.kind().equals(KIND))
        .map(OngoingChange::detail)
        .map(
            json ->
                new Rollout(
                    json.get("role").getAsString(),
                    json.get("ladder").getAsString(),
                    json.get("step").getAsInt(),
                    Instant.parse(json.get("since").getAsString()),
                    json.has("paused")
                        ? Optional.of(Instant.parse(json.get("paused").getAsString()))
                        : Optional.empty(),
                    json.get("auto_abort").getAsBoolean(),
                    json.has("lock")
                        ? Optional.of(OngoingChange.parse(json.getAsJsonObject("lock")))
                        : Optional.empty()));
  }

  JsonObject toJson() {
    JsonObject json = new JsonObject();
    json.addProperty("role", role);
    json.addProperty("ladder", ladder);
    json.addProperty("step", step);
    json.addProperty("since", since.toString());
    paused.ifPresent(at -> json.addProperty("paused", at.toString()));
    json.addProperty("auto_abort", isAutoAbort);
    lock.ifPresent(held -> json.add("lock", held.toJson()));
    return json;
  }

  Step present() {
    return steps(ladder).get(step);
  }

  /** The next step from then on; empty after the last one. */
  Optional<Rollout> next(Instant now) {
    return step + 1 < steps(ladder).size()
        ? Optional.of(at(step + 1, now, Optional.empty()))
        : Optional.empty();
  }

  Rollout pausedAt(Instant now) {
    return at(step, since, Optional.of(now));
  }

  /** Goes on; the time of the pause does not count. */
  Rollout resumedAt(Instant now) {
    Instant began = paused.map(at -> since.plus(Duration.between(at, now))).orElse(since);
    return at(step, began, Optional.empty());
  }

  private Rollout at(int newStep, Instant newSince, Optional<Instant> newPaused) {
    return new Rollout(role, ladder, newStep, newSince, newPaused, isAutoAbort, lock);
  }

  /** How long the present step still lasts; zero when it is over or the last. */
  Duration left(Instant now) {
    Duration hold = present().hold().orElse(Duration.ZERO);
    Duration left = hold.minus(Duration.between(since, paused.orElse(now)));
    return left.isNegative() ? Duration.ZERO : left;
  }

  String describe(Instant now) {
    return "role "
        + role
        + " at "
        + Percent.format(present().percent())
        + ", step "
        + (step + 1)
        + "/"
        + steps(ladder).size()
        + " of "
        + ladder
        + (paused.isPresent() ? ", paused since " + paused.get() : "")
        + ", "
        + DurationConverter.format(Duration.ofSeconds(left(now).toSeconds()))
        + " left";
  }
}
