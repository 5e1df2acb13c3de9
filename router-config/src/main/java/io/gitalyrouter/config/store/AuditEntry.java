package io.gitalyrouter.config.store;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One line of the audit. <em>Immutable.</em>
 *
 * @param id unique
 * @param at when
 * @param actor who, on which machine
 * @param action what was done, such as {@code enable --host git01}; {@code acknowledged} for what
 *     the hosts said to an earlier entry
 * @param reason why
 * @param change the change's page, if one was named
 * @param before the fingerprint of the document before; empty if there was none
 * @param after the fingerprint of the document after
 * @param generation the document's generation after; 0 until it is written
 * @param effects what changed, one line for each host and storage, or what the hosts said
 */
public record AuditEntry(
    String id,
    Instant at,
    String actor,
    String action,
    String reason,
    Optional<String> change,
    String before,
    String after,
    long generation,
    List<String> effects) {
  /** The action of an entry that says who applied an earlier one. */
  public static final String ACKNOWLEDGED = "acknowledged";

  /** Copies the list. */
  public AuditEntry {
    effects = List.copyOf(effects);
  }

  /** The same with the generation that the store gave. */
  AuditEntry at(long newGeneration) {
    return new AuditEntry(
        id, at, actor, action, reason, change, before, after, newGeneration, effects);
  }

  /** The same with one more effect. */
  AuditEntry with(String effect) {
    List<String> more = new ArrayList<>(effects);
    more.add(effect);
    return new AuditEntry(id, at, actor, action, reason, change, before, after, generation, more);
  }

  /** Its JSON form. */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    json.addProperty("id", id);
    json.addProperty("at", at.toString());
    json.addProperty("actor", actor);
    json.addProperty("action", action);
    json.addProperty("reason", reason);
    json.addProperty("change", change.orElse(null));
    json.addProperty("before", before);
    json.addProperty("after", after);
    json.addProperty("generation", generation);
    JsonArray lines = new JsonArray();
    effects.forEach(lines::add);
    json.add("effects", lines);
    return json;
  }

  /** Reads the JSON form. */
  static AuditEntry parse(String text) {
    JsonObject json = JsonParser.parseString(text).getAsJsonObject();
    List<String> effects = new ArrayList<>();
    json.getAsJsonArray("effects").forEach(line -> effects.add(line.getAsString()));
    Optional<String> change =
        json.has("change") && !json.get("change").isJsonNull()
            ? Optional.of(json.get("change").getAsString())
            : Optional.empty();
    return new AuditEntry(
        json.get("id").getAsString(),
        Instant.parse(json.get("at").getAsString()),
        json.get("actor").getAsString(),
        json.get("action").getAsString(),
        json.get("reason").getAsString(),
        change,
        json.get("before").getAsString(),
        json.get("after").getAsString(),
        json.get("generation").getAsLong(),
        effects);
  }
}
