package io.gitalyrouter.config.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.gitalyrouter.config.DocumentView;
import io.gitalyrouter.config.cli.Effects.OneEffect;
import io.gitalyrouter.route.RouteRule;
import io.gitalyrouter.route.StorageRoutes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The calls that a change sends another way. Breakers, limits and calls that must not move keep
 * some of them local, so they are the most that it can be. <em>Immutable.</em>
 *
 * @param rows one for each effect
 * @param troubles the hosts whose calls are not known, and why
 */
record PlannedCalls(List<Row> rows, List<String> troubles) {

  /** Copies the lists. */
  PlannedCalls {
    rows = List.copyOf(rows);
    troubles = List.copyOf(troubles);
  }

  /**
   * The calls of one host and storage, each second. <em>Immutable.</em>
   *
   * @param effect what changes
   * @param all those that begin; empty if that is not known, and then so are the others
   * @param before those of them that are meant for the network side
   * @param after those that will be
   */
  record Row(OneEffect effect, OptionalDouble all, OptionalDouble before, OptionalDouble after) {}

  static PlannedCalls of(
      Effects effects, DocumentView before, DocumentView after, CallRates rates) {
    List<Row> rows = new ArrayList<>();
    for (OneEffect effect : effects.changes()) {
      Optional<Map<String, Double>> methods = rates.of(effect.host(), effect.storage());
      rows.add(
          new Row(
              effect,
              sum(methods, Optional.empty()),
              sum(methods, Optional.of(rule(before, effect))),
              sum(methods, Optional.of(rule(after, effect)))));
    }
    return new PlannedCalls(rows, rates.troubles());
  }

  private static RouteRule rule(DocumentView document, OneEffect effect) {
    StorageRoutes routes = document.table(effect.host()).storages().get(effect.storage());
    if (routes == null || routes.network().isEmpty() || document.killSwitch().isPresent()) {
      return RouteRule.off();
    }
    return routes.rule();
  }

  /** All calls, or those that a rule means for the network side. */
  private static OptionalDouble sum(
      Optional<Map<String, Double>> methods, Optional<RouteRule> rule) {
    if (methods.isEmpty()) {
      return OptionalDouble.empty();
    }
    double sum = 0;
    for (Map.Entry<String, Double> method : methods.get().entrySet()) {
      sum += method.getValue() * rule.map(r -> share(r, method.getKey())).orElse(1.0);
    }
    return OptionalDouble.of(sum);
  }

  private static double share(RouteRule rule, String method) {
    String service = method.substring(0, Math.max(0, method.indexOf('/')));
    return rule.isOn() && rule.methods().matches(method, service) ? rule.percent() / 100 : 0;
  }

  /** The effects as a table, and what moves in all. */
  String text() {
    if (rows.isEmpty()) {
      return "no host does anything else\n";
    }
    TextTable table =
        TextTable.of("HOST", "STORAGE", "BEFORE", "AFTER", "CALLS/S", "MEANT FOR NETWORK/S");
    double moved = 0;
    for (Row row : rows) {
      OneEffect effect = row.effect();
      table.row(
          effect.host(),
          effect.storage(),
          effect.before(),
          effect.after(),
          shown(row.all()),
          row.all().isEmpty() ? "unknown" : shown(row.before()) + " -> " + shown(row.after()));
      moved += row.after().orElse(0) - row.before().orElse(0);
    }
    StringBuilder text = new StringBuilder(table.toString());
    if (rows.stream().anyMatch(row -> row.all().isPresent())) {
      text.append(moved < 0 ? "takes about " : "sends about ");
      text.append(shown(OptionalDouble.of(Math.abs(moved)))).append(" calls/s ");
      text.append(moved < 0 ? "from the network side\n" : "more to the network side\n");
    }
    troubles.forEach(why -> text.append("calls/s unknown: ").append(why).append('\n'));
    return text.toString();
  }

  /** How many hosts, or storages, it reaches. */
  long count(Function<OneEffect, String> what) {
    return rows.stream().map(Row::effect).map(what).distinct().count();
  }

  private static String shown(OptionalDouble calls) {
    return calls.isEmpty() ? "unknown" : String.format(Locale.ROOT, "%.1f", calls.getAsDouble());
  }

  /** The effects with their calls; what is not known is null. */
  JsonArray toJson() {
    JsonArray array = new JsonArray();
    for (Row row : rows) {
      JsonObject one = row.effect().toJson();
      one.addProperty("calls_per_second", number(row.all()));
      one.addProperty("network_per_second_before", number(row.before()));
      one.addProperty("network_per_second_after", number(row.after()));
      array.add(one);
    }
    return array;
  }

  private static @Nullable Number number(OptionalDouble calls) {
    return calls.isPresent() ? Double.valueOf(calls.getAsDouble()) : null;
  }
}
