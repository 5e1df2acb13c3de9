package io.gitalyrouter.config.store;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A change of a file, written down whole before anything is changed. <em>Immutable.</em>
 *
 * @param entry its line of the audit
 * @param before the fingerprint that the document had
 * @param after the fingerprint that it gets
 * @param document the new document; null to leave it as it is
 * @param ongoing the change in progress from then on
 */
record Pending(
    AuditEntry entry,
    String before,
    String after,
    @Nullable String document,
    Optional<OngoingChange> ongoing) {

  /** The same after somebody has edited the file in between: what they wrote stays. */
  Pending overtaken() {
    return new Pending(
        entry.with("interrupted; the file was edited by hand since, and stays as it is"),
        before,
        after,
        null,
        ongoing);
  }

  String toJson() {
    JsonObject json = new JsonObject();
    json.add("entry", entry.toJson());
    json.addProperty("before", before);
    json.addProperty("after", after);
    json.addProperty("document", document);
    ongoing.ifPresent(change -> json.add("ongoing", change.toJson()));
    return json.toString();
  }

  static Pending parse(String text) {
    JsonObject json = JsonParser.parseString(text).getAsJsonObject();
    return new Pending(
        AuditEntry.parse(json.get("entry").toString()),
        json.get("before").getAsString(),
        json.get("after").getAsString(),
        json.has("document") ? json.get("document").getAsString() : null,
        json.has("ongoing")
            ? Optional.of(OngoingChange.parse(json.get("ongoing").toString()))
            : Optional.empty());
  }
}
