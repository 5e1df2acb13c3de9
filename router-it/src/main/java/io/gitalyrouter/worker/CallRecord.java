package io.gitalyrouter.worker;

import com.google.gson.JsonObject;
import java.time.Instant;
import java.util.Optional;

/**
 * One call as its caller saw it. <em>Immutable.</em>
 *
 * @param id the call id that the servers write into their ledgers
 * @param phase the phase in which it started
 * @param method the full method name
 * @param mutation whether it changes the repository
 * @param change the reference that it sets, for a mutation
 * @param start when it was sent
 */
record CallRecord(
    String id,
    String phase,
    String method,
    boolean mutation,
    Optional<RefChange> change,
    Instant start) {

  /**
   * A reference and what it points to after the mutation.
   *
   * @param ref its full name
   * @param target a hex object id
   */
  record RefChange(String ref, String target) {}

  /**
   * How the call ended.
   *
   * @param end when
   * @param micros how long it took
   * @param status a status name, or {@code WRONG_ANSWER} for an OK that cannot be true
   * @param detail the status description; may be empty
   * @param messages the parts of an answer that its caller was told
   * @param route local, network or unknown, by the address that answered
   */
  record Ending(
      Instant end, long micros, String status, String detail, long messages, String route) {}

  /** The journal line that says the call is about to be sent. */
  JsonObject startLine() {
    JsonObject line = common("start");
    line.addProperty("start", start.toString());
    return line;
  }

  /** The journal line that says how it ended. */
  JsonObject endLine(Ending ending) {
    JsonObject line = common("end");
    line.addProperty("start", start.toString());
    line.addProperty("end", ending.end().toString());
    line.addProperty("micros", ending.micros());
    line.addProperty("status", ending.status());
    if (!ending.detail().isEmpty()) {
      line.addProperty("detail", ending.detail());
    }
    line.addProperty("messages", ending.messages());
    line.addProperty("route", ending.route());
    return line;
  }

  private JsonObject common(String event) {
    JsonObject line = new JsonObject();
    line.addProperty("event", event);
    line.addProperty("id", id);
    line.addProperty("phase", phase);
    line.addProperty("method", method);
    line.addProperty("kind", mutation ? "mutation" : "accessor");
    change.ifPresent(
        c -> {
          line.addProperty("ref", c.ref());
          line.addProperty("target", c.target());
        });
    return line;
  }
}
