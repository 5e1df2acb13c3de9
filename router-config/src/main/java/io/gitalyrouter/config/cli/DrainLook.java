package io.gitalyrouter.config.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.gitalyrouter.config.admin.AdminClient.Answer;
import io.gitalyrouter.config.admin.Drained;
import io.gitalyrouter.config.admin.HostReport;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * One look at the calls that are left on network endpoints. <em>Immutable.</em>
 *
 * @param waited since the first look
 * @param answers what each process has left, by endpoint
 * @param reports of the same processes a moment later, which name the calls; empty if none is left
 */
record DrainLook(Duration waited, List<Answer<Drained>> answers, List<HostReport> reports) {

  /** Copies the lists. */
  DrainLook {
    answers = List.copyOf(answers);
    reports = List.copyOf(reports);
  }

  long left() {
    return AdminCalls.values(answers).stream().mapToLong(Drained::inFlight).sum();
  }

  /** Whether every process has answered that it has no call left. */
  boolean isDrained() {
    return left() == 0 && silent() == 0;
  }

  private long silent() {
    return answers.stream().filter(answer -> answer.value().isEmpty()).count();
  }

  /** How it ended. */
  String verdict() {
    String silent = silent() == 0 ? "" : ", " + silent() + " processes do not answer";
    return isDrained() ? "drained" : "left over: " + left() + " calls" + silent;
  }

  /** The count, then what is left: by process and endpoint, and by storage and method. */
  String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(Locale.ROOT, "%.1f s: %d calls left\n", waited.toMillis() / 1e3, left()));
    for (Answer<Drained> answer : answers) {
      for (Drained.Left endpoint : answer.value().map(Drained::endpoints).orElse(List.of())) {
        if (endpoint.inFlight() > 0) {
          text.append("  ").append(answer.socket().getFileName()).append(' ');
          text.append(endpoint.address()).append(": ").append(endpoint.inFlight());
          text.append(endpoint.inUse() ? " (a role still uses it)\n" : "\n");
        }
      }
    }
    for (HostReport report : reports) {
      report.storages().forEach(storage -> running(report, storage, text));
    }
    return text.toString();
  }

  private static void running(HostReport report, HostReport.Storage storage, StringBuilder text) {
    for (HostReport.Calls calls : network(storage)) {
      text.append("  ").append(report.host()).append(" pid ").append(report.process()).append(' ');
      text.append(storage.storage()).append(": oldest ");
      text.append(
          calls.oldestSeconds().map(s -> String.format(Locale.ROOT, "%.0f s", s)).orElse("ended"));
      text.append(
          calls.methods().stream()
              .filter(method -> method.inFlight() > 0)
              .map(method -> method.method() + " " + method.inFlight())
              .collect(Collectors.joining(", ", "; ", "\n")));
    }
  }

  private static List<HostReport.Calls> network(HostReport.Storage storage) {
    return storage.calls().stream()
        .filter(calls -> calls.route().equals("network") && calls.inFlight() > 0)
        .toList();
  }

  JsonObject toJson() {
    JsonObject json = new JsonObject();
    json.addProperty("drained", isDrained());
    json.addProperty("waited_seconds", waited.toMillis() / 1e3);
    json.addProperty("left", left());
    JsonArray silent = new JsonArray();
    JsonArray endpoints = new JsonArray();
    for (Answer<Drained> answer : answers) {
      String socket = Objects.toString(answer.socket().getFileName());
      answer.trouble().ifPresent(why -> silent.add(socket + ": " + why));
      for (Drained.Left left : answer.value().map(Drained::endpoints).orElse(List.of())) {
        JsonObject one = new JsonObject();
        one.addProperty("socket", socket);
        one.addProperty("address", left.address());
        one.addProperty("in_flight", left.inFlight());
        one.addProperty("in_use", left.inUse());
        endpoints.add(one);
      }
    }
    json.add("troubles", silent);
    json.add("endpoints", endpoints);
    JsonArray running = new JsonArray();
    for (HostReport report : reports) {
      report.storages().forEach(storage -> running(report, storage, running));
    }
    json.add("running", running);
    return json;
  }

  private static void running(HostReport report, HostReport.Storage storage, JsonArray running) {
    for (HostReport.Calls calls : network(storage)) {
      JsonObject one = new JsonObject();
      one.addProperty("host", report.host());
      one.addProperty("process", report.process());
      one.addProperty("storage", storage.storage());
      one.addProperty("in_flight", calls.inFlight());
      one.addProperty("oldest_seconds", calls.oldestSeconds().orElse(null));
      JsonArray methods = new JsonArray();
      for (HostReport.MethodCalls method : calls.methods()) {
        if (method.inFlight() > 0) {
          JsonObject called = new JsonObject();
          called.addProperty("method", method.method());
          called.addProperty("in_flight", method.inFlight());
          methods.add(called);
        }
      }
      one.add("methods", methods);
      running.add(one);
    }
  }
}
