package io.gitalyrouter.config;

import java.util.Arrays;
import java.util.List;

/**
 * Every key of the document, declared once: the reader refuses all others, and a test holds the
 * reference document to this list. All keys take effect without a restart. <em>Immutable.</em>
 */
enum ConfigKey {
  VERSION("version", "integer", "1", "required"),
  KILL_SWITCH("kill_switch", "boolean or text", "true, false, or the reason", "false"),
  STALE_AFTER("stale_after", "duration", "10s-24h", "30s"),
  BREAKER("breaker", "mapping", "breaker settings", Keys.BUILT),
  BREAKER_MODE("breaker.mode", "text", Keys.MODE, "auto"),
  BREAKER_FAILURE_RATE("breaker.failure_rate", "integer (%)", "1-100", "50"),
  BREAKER_FAILURES_IN_A_ROW("breaker.failures_in_a_row", "integer (calls)", Keys.CALLS, "10"),
  BREAKER_WINDOW("breaker.window", "duration", Keys.WINDOW, "10s"),
  BREAKER_MINIMUM_CALLS("breaker.minimum_calls", "integer (calls)", Keys.CALLS, "20"),
  BREAKER_UNANSWERED_CALLS("breaker.unanswered_calls", "integer (calls)", Keys.CALLS, "5"),
  BREAKER_ANSWER_WITHIN("breaker.answer_within", "duration", "100ms-1m", "2s"),
  BREAKER_OPEN_FOR("breaker.open_for", "duration", "100ms-1h", "2s"),
  BREAKER_TRIAL_CALLS("breaker.trial_calls", "integer (calls)", "1-100", "5"),
  BREAKER_TRIAL_ANSWER_WITHIN("breaker.trial_answer_within", "duration", "50ms-1m", "500ms"),
  FAILOVER("failover", "mapping", "failover settings", Keys.BUILT),
  NETWORK_SHARE("failover.network_share", "integer (%)", "1-99", "70"),
  REPLAY_CALL_BYTES("failover.replay_call_bytes", "integer (bytes)", "0-1073741824", "1048576"),
  REPLAY_TOTAL_BYTES("failover.replay_total_bytes", "integer (bytes)", "0-1073741824", "16777216"),
  STICKY_AFTER_WRITE("failover.sticky_after_write", "duration", "0s-60s", "0s"),
  STORAGES("storages", "mapping", "storages by name, at least one", "required"),
  LOCAL("storages.<storage>.local", "mapping", "an endpoint", "required"),
  LOCAL_ADDRESS("storages.<storage>.local.address", "address", Keys.ADDRESS, "required"),
  LOCAL_TOKEN_FILE("storages.<storage>.local.token_file", "path", Keys.SECRET, Keys.NO_TOKEN),
  LOCAL_INLINE(
      "storages.<storage>.local.insecure_inline_token", "text", Keys.INLINE, Keys.NO_TOKEN),
  NETWORK("storages.<storage>.network", "mapping", "an endpoint", "none: local only"),
  NETWORK_ADDRESS("storages.<storage>.network.address", "address", Keys.ADDRESS, "required"),
  NETWORK_TOKEN_FILE("storages.<storage>.network.token_file", "path", Keys.SECRET, Keys.NO_TOKEN),
  NETWORK_CA_FILE(
      "storages.<storage>.network.ca_file",
      "path",
      "absolute; PEM certificates; only with tls://",
      "the platform's certificates"),
  NETWORK_CERT_FILE(
      "storages.<storage>.network.cert_file",
      "path",
      "absolute; PEM certificates; only with tls:// and key_file",
      "no client certificate"),
  NETWORK_KEY_FILE(
      "storages.<storage>.network.key_file",
      "path",
      "absolute; a PKCS #8 PEM key, closed to other users; only with cert_file",
      "no client certificate"),
  NETWORK_INLINE(
      "storages.<storage>.network.insecure_inline_token", "text", Keys.INLINE, Keys.NO_TOKEN),
  NETWORK_CONNECT_TIMEOUT(
      "storages.<storage>.network.connect_timeout", "duration", "100ms-30s", Keys.BUILT + ": 2s"),
  NETWORK_KEEPALIVE(
      "storages.<storage>.network.keepalive", "duration", "20s-1h", Keys.BUILT + ": 20s"),
  NETWORK_KEEPALIVE_TIMEOUT(
      "storages.<storage>.network.keepalive_timeout", "duration", "1s-1m", Keys.BUILT + ": 10s"),
  ROLES("roles", "mapping", "roles by name", "none"),
  ROUTE("roles.<role>.route", "text", "network or local", "required"),
  ROLE_STORAGES("roles.<role>.storages", "list or text", "names of storages, or all", "required"),
  PERCENT("roles.<role>.percent", "number (%)", "0-100, in steps of 0.01", "100"),
  UNIT("roles.<role>.unit", "text", "rpc or correlation_id", "rpc"),
  METHODS("roles.<role>.methods", "list", Keys.METHOD, "all methods"),
  EXCEPT_METHODS("roles.<role>.except_methods", "list", Keys.METHOD, "none"),
  MAX_IN_FLIGHT("roles.<role>.max_in_flight", "integer (calls)", "1-1000000", "no limit"),
  WHEN_STALE("roles.<role>.when_stale", "text", "keep or local", "keep"),
  ROLE_BREAKER("roles.<role>.breaker", "mapping", "breaker settings", Keys.TOP),
  ROLE_BREAKER_MODE("roles.<role>.breaker.mode", BREAKER_MODE),
  ROLE_BREAKER_FAILURE_RATE("roles.<role>.breaker.failure_rate", BREAKER_FAILURE_RATE),
  ROLE_BREAKER_FAILURES_IN_A_ROW(
      "roles.<role>.breaker.failures_in_a_row", BREAKER_FAILURES_IN_A_ROW),
  ROLE_BREAKER_WINDOW("roles.<role>.breaker.window", BREAKER_WINDOW),
  ROLE_BREAKER_MINIMUM_CALLS("roles.<role>.breaker.minimum_calls", BREAKER_MINIMUM_CALLS),
  ROLE_BREAKER_UNANSWERED_CALLS("roles.<role>.breaker.unanswered_calls", BREAKER_UNANSWERED_CALLS),
  ROLE_BREAKER_ANSWER_WITHIN("roles.<role>.breaker.answer_within", BREAKER_ANSWER_WITHIN),
  ROLE_BREAKER_OPEN_FOR("roles.<role>.breaker.open_for", BREAKER_OPEN_FOR),
  ROLE_BREAKER_TRIAL_CALLS("roles.<role>.breaker.trial_calls", BREAKER_TRIAL_CALLS),
  ROLE_BREAKER_TRIAL_ANSWER_WITHIN(
      "roles.<role>.breaker.trial_answer_within", BREAKER_TRIAL_ANSWER_WITHIN),
  HOSTS("hosts", "mapping", "hosts by name or pattern; {} for none", "required"),
  HOST_ROLES("hosts.<host>.roles", "list", "names of roles", "required");

  private final String path;
  private final String type;
  private final String range;
  private final String defaultValue;

  ConfigKey(String path, String type, String range, String defaultValue) {
    this.path = path;
    this.type = type;
    this.range = range;
    this.defaultValue = defaultValue;
  }

  /** A key of a role that has its default from the same key at the top. */
  ConfigKey(String path, ConfigKey top) {
    this(path, top.type, top.range, Keys.TOP);
  }

  /** The key with its place, where {@code <storage>} and the like stand for a name. */
  String path() {
    return path;
  }

  /** What kind of value it takes, with its unit. */
  String type() {
    return type;
  }

  /** Which values it takes. */
  String range() {
    return range;
  }

  /** What an absent key means, or that it is required. */
  String defaultValue() {
    return defaultValue;
  }

  /** The key as it is written: the last part of its path. */
  String key() {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  /** The keys that a mapping can have, such as the one at {@code storages.<storage>.local}. */
  static List<String> within(String mapping) {
    String prefix = mapping.isEmpty() ? "" : mapping + ".";
    return Arrays.stream(values())
        .filter(k -> k.path.equals(prefix + k.key()))
        .map(ConfigKey::key)
        .toList();
  }

  /** Texts that several keys share. <em>Immutable.</em> */
  private static final class Keys {
    static final String ADDRESS =
        "unix:/abs/path, tcp://host:port, tls://host:port or dns:host:port";
    static final String SECRET = "absolute; a file closed to other users";
    static final String INLINE = "not empty; for tests only";
    static final String METHOD = "Service/Method or Service/*, one or more";
    static final String NO_TOKEN = "no token";
    static final String MODE = "auto or would_have_tripped";
    static final String CALLS = "1-10000";
    static final String WINDOW = "1s-10m, in whole seconds";
    static final String BUILT = "as the router was built";
    static final String TOP = "as at the top";
  }
}
