package io.gitalyrouter.config.compare;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.List;

/** The report for programs. <em>Immutable.</em> */
final class JsonReport {
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().serializeNulls().create();

  private JsonReport() {}

  static String of(CompareReport report) {
    JsonObject json = new JsonObject();
    json.addProperty("version", 1);
    json.addProperty("verdict", report.verdict().key());
    json.add("because", strings(report.because()));
    json.add("plan", plan(report.plan()));
    json.add("window", window(report.window()));
    json.add("findings", findings(report));
    json.add("checks", checks(report));
    json.add("groups", groups(report.groups()));
    json.add("hosts", groups(report.hosts()));
    json.add("errors", rate(report.errors()));
    json.add("fallbacks", rate(report.fallbacks()));
    JsonArray codes = new JsonArray();
    report.codes().forEach(code -> codes.add(rate(code)));
    json.add("codes", codes);
    json.add("served_by", servedBy(report));
    json.add("fallbacks_over_time", moments(report));
    json.add("timeline", timeline(report));
    JsonObject leftOut = new JsonObject();
    report.leftOut().forEach(leftOut::addProperty);
    json.add("left_out", leftOut);
    json.add("sources", strings(report.sources()));
    return GSON.toJson(json) + "\n";
  }

  private static JsonObject plan(ComparisonPlan plan) {
    JsonObject json = new JsonObject();
    json.addProperty("design", plan.design().label());
    json.addProperty("percent", plan.percent());
    json.addProperty("from", plan.from().toString());
    json.addProperty("until", plan.until().toString());
    json.addProperty("looks", plan.looks());
    json.addProperty("confidence", plan.confidence());
    json.addProperty("slot_seconds", plan.slot().toMillis() / 1e3);
    json.addProperty("settle_seconds", plan.settle().toMillis() / 1e3);
    json.addProperty("block_seconds", plan.block().toMillis() / 1e3);
    json.addProperty("replicates", plan.replicates());
    json.addProperty("seed", plan.seed());
    JsonArray latency = new JsonArray();
    for (LatencyMargin margin : plan.margins().latency()) {
      JsonObject entry = new JsonObject();
      entry.addProperty("quantile", margin.quantile());
      entry.addProperty("relative", margin.relative());
      entry.addProperty("absolute_ms", margin.absolute().toNanos() / 1e6);
      latency.add(entry);
    }
    JsonObject margins = new JsonObject();
    margins.add("latency", latency);
    margins.addProperty("primary", plan.margins().primary());
    margins.addProperty("error_rate", plan.margins().errorRate());
    margins.addProperty("fallback_rate", plan.margins().fallbackRate());
    json.add("margins", margins);
    return json;
  }

  private static JsonObject window(Window window) {
    JsonObject json = new JsonObject();
    json.addProperty("from", window.from().toString());
    json.addProperty("end", window.end().toString());
    json.addProperty("look", window.look());
    return json;
  }

  private static JsonArray findings(CompareReport report) {
    JsonArray findings = new JsonArray();
    for (Finding finding : report.findings()) {
      JsonObject json = new JsonObject();
      json.addProperty("what", finding.what());
      json.addProperty("verdict", finding.verdict().key());
      json.addProperty("why", finding.why());
      findings.add(json);
    }
    return findings;
  }

  private static JsonArray checks(CompareReport report) {
    JsonArray checks = new JsonArray();
    for (SanityCheck check : report.checks()) {
      JsonObject json = new JsonObject();
      json.addProperty("name", check.name());
      json.addProperty("result", check.result().name().toLowerCase(java.util.Locale.ROOT));
      json.addProperty("detail", check.detail());
      checks.add(json);
    }
    return checks;
  }

  private static JsonArray groups(List<GroupEffects> groups) {
    JsonArray array = new JsonArray();
    for (GroupEffects group : groups) {
      JsonObject json = new JsonObject();
      json.addProperty("kind", group.kind());
      json.addProperty("name", group.name());
      json.addProperty("local_calls", group.localCalls());
      json.addProperty("network_calls", group.networkCalls());
      JsonArray quantiles = new JsonArray();
      group.quantiles().forEach(effect -> quantiles.add(quantile(effect)));
      json.add("quantiles", quantiles);
      array.add(json);
    }
    return array;
  }

  private static JsonObject quantile(QuantileEffect effect) {
    JsonObject json = new JsonObject();
    json.addProperty("quantile", effect.quantile());
    if (effect.estimate().isEmpty()) {
      json.addProperty("refused", effect.refused());
    } else {
      QuantileEffect.Estimate found = effect.estimate().get();
      json.addProperty("local_ms", found.localMillis());
      json.addProperty("network_ms", found.networkMillis());
      json.add("difference_ms", interval(found.differenceMillis()));
      json.add("ratio", interval(found.ratio()));
    }
    return json;
  }

  private static JsonObject rate(RateEffect rate) {
    JsonObject json = new JsonObject();
    json.addProperty("name", rate.name());
    json.addProperty("local_count", rate.localCount());
    json.addProperty("local_calls", rate.localCalls());
    json.addProperty("network_count", rate.networkCount());
    json.addProperty("network_calls", rate.networkCalls());
    json.add("difference", interval(rate.difference()));
    return json;
  }

  private static JsonObject interval(Interval interval) {
    JsonObject json = new JsonObject();
    number(json, "estimate", interval.estimate());
    number(json, "lower", interval.lower());
    number(json, "upper", interval.upper());
    return json;
  }

  /** JSON has no infinities. */
  private static void number(JsonObject json, String name, double value) {
    if (Double.isFinite(value)) {
      json.addProperty(name, value);
    } else {
      json.add(name, JsonNull.INSTANCE);
    }
  }

  private static JsonArray servedBy(CompareReport report) {
    JsonArray array = new JsonArray();
    for (ServedBy served : report.servedBy()) {
      JsonObject json = new JsonObject();
      json.addProperty("arm", served.arm().label());
      json.addProperty("served", served.served().label());
      json.addProperty("calls", served.calls());
      JsonArray quantiles = new JsonArray();
      served.quantilesMillis().forEach(quantiles::add);
      json.add("quantiles_ms", quantiles);
      array.add(json);
    }
    return array;
  }

  private static JsonArray moments(CompareReport report) {
    JsonArray array = new JsonArray();
    for (FallbackMoment moment : report.fallbacksOverTime()) {
      JsonObject json = new JsonObject();
      json.addProperty("begin", moment.begin().toString());
      json.addProperty("calls", moment.calls());
      json.addProperty("served_locally", moment.servedLocally());
      array.add(json);
    }
    return array;
  }

  private static JsonArray timeline(CompareReport report) {
    JsonArray array = new JsonArray();
    for (HostMark mark : report.timeline()) {
      JsonObject json = new JsonObject();
      json.addProperty("at", mark.mark().at().toString());
      json.addProperty("host", mark.host());
      json.addProperty("kind", mark.mark().kind().label());
      json.addProperty("detail", mark.mark().detail());
      array.add(json);
    }
    return array;
  }

  private static JsonArray strings(List<String> values) {
    JsonArray array = new JsonArray();
    values.forEach(array::add);
    return array;
  }
}
