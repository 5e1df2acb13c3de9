package io.gitalyrouter.config.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How long the parts of a rehearsed rollback took. <em>Immutable.</em>
 *
 * @param trip from the fault until calls kept off the network side; empty if that was not seen
 * @param acknowledged from the order until all hosts applied it, or patience ended
 * @param gone from the order until no call was left there; empty if that was not seen
 * @param budget what trip and gone may take together
 */
record DrillTimes(
    Optional<Duration> trip, Duration acknowledged, Optional<Duration> gone, Duration budget) {

  /**
   * One part.
   *
   * @param from its beginning
   * @param to its end
   * @param millis how long; empty if the end was not seen
   */
  record Phase(String from, String to, Optional<Long> millis) {
    String took() {
      return millis.map(ms -> ms + " ms").orElse("not seen");
    }
  }

  List<Phase> phases() {
    return List.of(
        new Phase("fault", "calls keep off", trip.map(Duration::toMillis)),
        new Phase("order", "acknowledged", Optional.of(acknowledged.toMillis())),
        new Phase("order", "last network call gone", gone.map(Duration::toMillis)));
  }

  boolean isWithin() {
    return trip.isPresent()
        && gone.isPresent()
        && trip.get().plus(gone.get()).compareTo(budget) <= 0;
  }

  ExitCode exitCode() {
    return isWithin() ? ExitCode.OK : ExitCode.OVER_BUDGET;
  }

  String verdict() {
    return (isWithin() ? "within" : "OVER") + " the budget of " + DurationConverter.format(budget);
  }

  /** For the audit, one line each. */
  List<String> lines() {
    return Stream.concat(
            phases().stream().map(p -> p.from() + " to " + p.to() + ": " + p.took()),
            Stream.of(verdict()))
        .toList();
  }

  JsonObject json(String action) {
    JsonObject json = new JsonObject();
    json.addProperty("action", action);
    JsonArray parts = new JsonArray();
    for (Phase phase : phases()) {
      JsonObject part = new JsonObject();
      part.addProperty("from", phase.from());
      part.addProperty("to", phase.to());
      part.addProperty("millis", phase.millis().orElse(null));
      parts.add(part);
    }
    json.add("phases", parts);
    json.addProperty("budget_millis", budget.toMillis());
    json.addProperty("within", isWithin());
    return json;
  }
}
