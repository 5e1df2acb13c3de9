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
  ROLES("roles", "mapping", "roles by name", "none"),
  ROUTE("roles.<role>.route", "text", "network or local", "required"),
  ROLE_STORAGES("roles.<role>.storages", "list or text", "names of storages, or all", "required"),
  PERCENT("roles.<role>.percent", "number (%)", "0-100, in steps of 0.01", "100"),
  UNIT("roles.<role>.unit", "text", "rpc or correlation_id", "rpc"),
  METHODS("roles.<role>.methods", "list", Keys.METHOD, "all methods"),
  EXCEPT_METHODS("roles.<role>.except_methods", "list", Keys.METHOD, "none"),
  MAX_IN_FLIGHT("roles.<role>.max_in_flight", "integer (calls)", "1-1000000", "no limit"),
  HOSTS("hosts", "mapping", "hosts by name; {} for none", "required"),
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
  }
}
