package io.gitalyrouter.config;

import io.gitalyrouter.config.source.SourceContent;
import io.gitalyrouter.route.BreakerSettings;
import io.gitalyrouter.route.FailoverSettings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Reads a document and finds all of its problems: text, YAML, keys, values, references, in that
 * order. Text and YAML end the reading, the others are reported together. <em>Not thread-safe;
 * confined to the thread that reads the document.</em>
 */
final class DocumentReader {
  private static final String VERSION = "1";

  /** Twice the time in which every source repeats itself: less would call a healthy one silent. */
  private static final Duration LEAST_STALE = Duration.ofSeconds(10);

  private static final Duration MOST_STALE = Duration.ofHours(24);

  private final String origin;
  private final Problems problems;

  private DocumentReader(String origin, Problems problems) {
    this.origin = origin;
    this.problems = problems;
  }

  static ConfigDocument read(SourceContent content) {
    Problems problems = new Problems(content.origin());
    String text = DocumentText.decode(content, problems);
    problems.throwIfAny();
    Optional<Node> root = YamlTree.compose(content.origin(), text, problems);
    problems.throwIfAny();
    Optional<YamlMapping> top =
        root.flatMap(node -> YamlMapping.of(node, "", "keys, beginning with version: 1", problems));
    Optional<ConfigDocument> document =
        top.map(mapping -> new DocumentReader(content.origin(), problems).document(mapping));
    problems.throwIfAny();
    return document.orElseThrow();
  }

  private ConfigDocument document(YamlMapping top) {
    top.allowing(ConfigKey.within(""));
    top.require(ConfigKey.VERSION).ifPresent(DocumentReader::checkVersion);
    Optional<String> killSwitch = top.get(ConfigKey.KILL_SWITCH).flatMap(this::killSwitch);
    Optional<Duration> staleAfter =
        top.get(ConfigKey.STALE_AFTER)
            .flatMap(v -> v.duration(ConfigKey.STALE_AFTER.range(), LEAST_STALE, MOST_STALE));
    Optional<BreakerSettings> breaker =
        top.get(ConfigKey.BREAKER).flatMap(v -> BreakerReader.read(v, BreakerSettings.DEFAULT));
    Optional<FailoverSettings> failover = top.get(ConfigKey.FAILOVER).flatMap(FailoverReader::read);
    Map<String, Optional<StorageSettings>> storages =
        entries(
            top.require(ConfigKey.STORAGES),
            ConfigKey.STORAGES,
            (name, value) -> StorageReader.read(name, value, problems));
    top.get(ConfigKey.STORAGES).ifPresent(value -> refuseNoStorage(value, storages));
    Map<String, Optional<RoleSettings>> roles =
        entries(
            top.get(ConfigKey.ROLES),
            ConfigKey.ROLES,
            (name, value) -> RoleReader.read(name, value, storages, breaker));
    Map<String, Optional<HostSettings>> hosts =
        entries(
            top.require(ConfigKey.HOSTS),
            ConfigKey.HOSTS,
            (name, value) -> host(name, value, roles));
    return new ConfigDocument(
        origin,
        valid(storages),
        valid(roles),
        valid(hosts),
        failover,
        killSwitch,
        staleAfter.orElse(ConfigDocument.DEFAULT_STALE_AFTER));
  }

  private static void checkVersion(YamlValue version) {
    if (!version.is(Tag.INT) || !version.raw().equals(VERSION)) {
      version.refuseShown("1, the only version this release reads");
    }
  }

  private Optional<String> killSwitch(YamlValue value) {
    if (value.is(Tag.BOOL)) {
      boolean on = value.raw().equals("true");
      return on ? Optional.of("kill_switch is set in " + value.origin()) : Optional.empty();
    }
    return value.text(ConfigKey.KILL_SWITCH.range());
  }

  private static void refuseNoStorage(YamlValue value, Map<String, ?> storages) {
    if (storages.isEmpty() && value.isEmptyMapping()) {
      value.refuse("no storage (expected: " + ConfigKey.STORAGES.range() + ")");
    }
  }

  private Optional<HostSettings> host(
      String name, YamlValue value, Map<String, Optional<RoleSettings>> roles) {
    return value
        .mapping("roles: [...]")
        .map(mapping -> mapping.allowing(ConfigKey.within("hosts.<host>")))
        .flatMap(mapping -> mapping.require(ConfigKey.HOST_ROLES))
        .map(
            list ->
                new HostSettings(
                    new HostPattern(name), value.keyOrigin(), list.names("role", roles.keySet())));
  }

  /**
   * Reads each entry of a mapping. An entry with problems stays, without a value, so that
   * references to it are not problems too.
   */
  private static <T> Map<String, Optional<T>> entries(
      Optional<YamlValue> value, ConfigKey key, BiFunction<String, YamlValue, Optional<T>> reader) {
    Map<String, Optional<T>> entries = new LinkedHashMap<>();
    value
        .flatMap(v -> v.mapping("a " + key.type() + " of names"))
        .ifPresent(
            mapping -> mapping.forEach((name, v) -> entries.put(name, reader.apply(name, v))));
    return entries;
  }

  private static <T> Map<String, T> valid(Map<String, Optional<T>> entries) {
    Map<String, T> valid = new LinkedHashMap<>();
    entries.forEach((name, entry) -> entry.ifPresent(value -> valid.put(name, value)));
    return valid;
  }
}
