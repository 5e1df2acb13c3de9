package io.gitalyrouter.experiment;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.standin.journal.JournalFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what workers and servers wrote down. <em>Immutable.</em> */
final class Books {
  private Books() {}

  /** A server's call log or ledger. */
  static List<ServerEntry> server(List<JournalFile.Entry> entries, Route route) {
    return entries.stream()
        .map(e -> new ServerEntry(route, e.method(), e.callId(), e.status()))
        .toList();
  }

  /** A worker's record of its calls. */
  static List<ClientCall> client(Path file) throws IOException {
    Map<String, ClientCall> calls = new LinkedHashMap<>();
    for (JsonObject line : lines(file)) {
      ClientCall call = call(file, line);
      ClientCall before = calls.get(call.id());
      if (before == null || before.ending().isEmpty()) {
        calls.put(call.id(), call);
      } else {
        throw new IOException(file + ": call " + call.id() + " goes on after its end");
      }
    }
    return List.copyOf(calls.values());
  }

  private static ClientCall call(Path file, JsonObject line) throws IOException {
    String id = text(line, "id");
    CallId origin =
        CallId.parse(id)
            .orElseThrow(() -> new IOException(file + ": call id \"" + id + "\" is not of a run"));
    Optional<ClientCall.Change> change =
        line.has("ref")
            ? Optional.of(new ClientCall.Change(text(line, "ref"), text(line, "target")))
            : Optional.empty();
    Optional<ClientCall.Ending> ending =
        line.has("status")
            ? Optional.of(
                new ClientCall.Ending(
                    text(line, "status"),
                    text(line, "detail"),
                    line.get("micros").getAsLong(),
                    line.get("messages").getAsLong(),
                    text(line, "route")))
            : Optional.empty();
    return new ClientCall(
        id, origin, text(line, "method"), text(line, "kind").equals("mutation"), change, ending);
  }

  /** A worker's record of what its router reported; moved calls are counted, not listed. */
  static List<TimelineEntry> events(Path file) throws IOException {
    List<TimelineEntry> entries = new ArrayList<>();
    for (JsonObject line : lines(file)) {
      if (!text(line, "type").equals("CallMoved")) {
        entries.add(
            new TimelineEntry(
                Instant.parse(text(line, "utc")), text(line, "host"), text(line, "text")));
      }
    }
    return List.copyOf(entries);
  }

  private static List<JsonObject> lines(Path file) throws IOException {
    List<JsonObject> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
      lines.add(JsonParser.parseString(line).getAsJsonObject());
    }
    return lines;
  }

  private static String text(JsonObject line, String field) {
    return line.has(field) ? line.get(field).getAsString() : "";
  }
}
