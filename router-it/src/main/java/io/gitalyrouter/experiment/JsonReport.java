package io.gitalyrouter.experiment;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.Map;

/** The report as a document for programs. <em>Immutable.</em> */
final class JsonReport {
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private JsonReport() {}

  static String of(Report report) {
    JsonObject json = new JsonObject();
    json.addProperty("passed", report.passed());
    json.addProperty("start", report.start().toString());
    json.addProperty("duration_millis", report.duration().toMillis());
    report.sabotage().ifPresent(s -> json.addProperty("sabotage", s.label()));
    JsonObject settings = new JsonObject();
    report.settings().forEach(settings::addProperty);
    json.add("settings", settings);
    json.add("checks", checks(report));
    json.add("calls", calls(report));
    JsonObject unknown = new JsonObject();
    report
        .unknown()
        .forEach(
            (phase, count) -> {
              JsonObject entry = new JsonObject();
              entry.addProperty("reported_as_failed", count.total());
              entry.addProperty("executed", count.executed());
              entry.addProperty("not_executed", count.notExecuted());
              entry.addProperty("undecided", count.undecided());
              unknown.add(phase.label(), entry);
            });
    json.add("mutations_reported_as_failed", unknown);
    json.add("moved", numbers(report.moved()));
    json.add("timeline", timeline(report));
    report
        .comparison()
        .ifPresent(compared -> json.add("comparison", JsonParser.parseString(compared.toJson())));
    return GSON.toJson(json) + "\n";
  }

  private static JsonArray checks(Report report) {
    JsonArray checks = new JsonArray();
    for (Check check : report.checks()) {
      JsonObject entry = new JsonObject();
      entry.addProperty("name", check.name());
      entry.addProperty("meaning", check.meaning());
      entry.addProperty("expected", check.expected());
      entry.addProperty("actual", check.actual());
      entry.addProperty("passed", check.passed());
      checks.add(entry);
    }
    return checks;
  }

  private static JsonArray calls(Report report) {
    JsonArray rows = new JsonArray();
    for (PhaseRow row : report.rows()) {
      JsonObject entry = new JsonObject();
      entry.addProperty("phase", row.phase().label());
      entry.addProperty("host", row.host());
      entry.addProperty("route", row.route());
      entry.addProperty("calls", row.calls());
      entry.add("statuses", numbers(row.statuses()));
      entry.addProperty("fallbacks", row.fallbacks());
      entry.addProperty("p50_micros", row.p50Micros());
      entry.addProperty("p95_micros", row.p95Micros());
      entry.addProperty("p99_micros", row.p99Micros());
      rows.add(entry);
    }
    return rows;
  }

  private static JsonArray timeline(Report report) {
    JsonArray timeline = new JsonArray();
    for (TimelineEntry entry : report.timeline()) {
      JsonObject line = new JsonObject();
      line.addProperty("utc", entry.at().toString());
      line.addProperty("who", entry.who());
      line.addProperty("what", entry.what());
      timeline.add(line);
    }
    return timeline;
  }

  private static JsonObject numbers(Map<String, Long> numbers) {
    JsonObject json = new JsonObject();
    numbers.forEach(json::addProperty);
    return json;
  }
}
