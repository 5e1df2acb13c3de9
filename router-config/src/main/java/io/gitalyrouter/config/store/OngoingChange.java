package io.gitalyrouter.config.store;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.time.Instant;

/**
 * A change that goes on for a while, such as a rollout; others keep away until it has ended.
 * <em>Immutable, as long as nobody changes the detail.</em>
 *
 * @param kind such as {@code rollout} or {@code lock}
 * @param by who began it
 * @param since when
 * @param reason why
 * @param detail what its kind needs to know
 */
public record OngoingChange(
    String kind, String by, Instant since, String reason, JsonObject detail) {

  /** The same with another detail. */
  public OngoingChange withDetail(JsonObject newDetail) {
    return new OngoingChange(kind, by, since, reason, newDetail);
  }

  /** Its JSON form. */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    json.addProperty("kind", kind);
    json.addProperty("by", by);
    json.addProperty("since", since.toString());
    json.addProperty("reason", reason);
    json.add("detail", detail);
    return json;
  }

  static OngoingChange parse(String text) {
    return parse(JsonParser.parseString(text).getAsJsonObject());
  }

  /** Reads the JSON form. */
  public static OngoingChange parse(JsonObject json) {
    return new OngoingChange(
        json.get("kind").getAsString(),
        json.get("by").getAsString(),
        Instant.parse(json.get("since").getAsString()),
        json.get("reason").getAsString(),
        json.getAsJsonObject("detail"));
  }

  @Override
  public String toString() {
    return "a " + kind + " of " + by + " since " + since + " (" + reason + ")";
  }
}
