package io.gitalyrouter.timing;

import io.gitalyrouter.route.Decision;
import io.gitalyrouter.route.Reason;
import io.gitalyrouter.route.Route;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the calls of one histogram have in common. Its tag names the worker host too, so that files
 * of many hosts can be merged by any tool that reads {@code .hlog} files. <em>Immutable.</em>
 *
 * @param host the worker host
 * @param storage the storage
 * @param method the full method name, such as {@code gitaly.CommitService/FindCommit}
 * @param type the kind of call, such as {@code unary} or {@code server_streaming}
 * @param arm the assigned arm
 * @param served the route whose answer the caller got
 * @param reason the rule that settled the decision
 * @param outcome the name of the status code that the caller got
 */
public record TimingKey(
    String host,
    String storage,
    String method,
    String type,
    Route arm,
    Route served,
    Reason reason,
    String outcome) {

  static TimingKey of(String host, CallKind kind, Decision decision, Route served, String outcome) {
    return new TimingKey(
        host,
        kind.storage(),
        kind.method(),
        kind.type(),
        decision.arm(),
        served,
        decision.reason(),
        outcome);
  }

  /** The tag of the histogram: pairs of name and value, of characters that a tag may have. */
  public String toTag() {
    return "host="
        + encoded(host)
        + ";storage="
        + encoded(storage)
        + ";method="
        + encoded(method)
        + ";type="
        + encoded(type)
        + ";arm="
        + arm.label()
        + ";served="
        + served.label()
        + ";reason="
        + reason.label()
        + ";outcome="
        + encoded(outcome);
  }

  /** Reads a tag; empty if it is not one of a timing log. */
  public static Optional<TimingKey> parse(String tag) {
    Map<String, String> pairs = new HashMap<>();
    for (String pair : tag.split(";", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        pairs.put(pair.substring(0, equals), pair.substring(equals + 1));
      }
    }
    try {
      return Optional.of(
          new TimingKey(
              value(pairs, "host"),
              value(pairs, "storage"),
              value(pairs, "method"),
              value(pairs, "type"),
              Route.valueOf(value(pairs, "arm").toUpperCase(Locale.ROOT)),
              Route.valueOf(value(pairs, "served").toUpperCase(Locale.ROOT)),
              Reason.valueOf(value(pairs, "reason").toUpperCase(Locale.ROOT)),
              value(pairs, "outcome")));
    } catch (IllegalArgumentException notOurs) {
      return Optional.empty();
    }
  }

  private static String value(Map<String, String> pairs, String name) {
    String value = pairs.get(name);
    if (value == null) {
      throw new IllegalArgumentException(name + ": missing");
    }
    return URLDecoder.decode(value, StandardCharsets.UTF_8);
  }

  /** Leaves the slash of a method readable; it needs no escape in a tag. */
  static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("%2F", "/");
  }
}
