package io.gitalyrouter.config;

import io.gitalyrouter.config.RoleSettings.WhenStale;
import io.gitalyrouter.route.BreakerSettings;
import io.gitalyrouter.route.MethodFilter;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.route.RouteRule.BucketUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a role and checks the storages it names. <em>Not thread-safe; confined to the thread that
 * reads the document.</em>
 */
final class RoleReader {
  private static final String ALL = "all";
  private static final int MOST_IN_FLIGHT = 1_000_000;

  private RoleReader() {}

  /**
   * The role, or empty after a problem was added.
   *
   * @param storages all storages by name; one with problems has no value
   * @param breaker the settings at the top, if they are there
   */
  static Optional<RoleSettings> read(
      String name,
      YamlValue value,
      Map<String, Optional<StorageSettings>> storages,
      Optional<BreakerSettings> breaker) {
    Optional<YamlMapping> found =
        value
            .mapping("route and storages")
            .map(mapping -> mapping.allowing(ConfigKey.within("roles.<role>")));
    if (found.isEmpty()) {
      return Optional.empty();
    }
    YamlMapping role = found.get();
    Optional<Route> route = role.require(ConfigKey.ROUTE).flatMap(RoleReader::route);
    Optional<YamlValue> list = role.require(ConfigKey.ROLE_STORAGES);
    List<String> names = list.map(v -> names(v, storages)).orElse(List.of());
    Optional<Double> percent =
        role.get(ConfigKey.PERCENT).flatMap(v -> v.percent(ConfigKey.PERCENT.range()));
    Optional<BucketUnit> unit = role.get(ConfigKey.UNIT).flatMap(RoleReader::unit);
    List<String> only = role.get(ConfigKey.METHODS).map(RoleReader::methods).orElse(List.of());
    List<String> except =
        role.get(ConfigKey.EXCEPT_METHODS).map(RoleReader::methods).orElse(List.of());
    Optional<Integer> limit =
        role.get(ConfigKey.MAX_IN_FLIGHT)
            .flatMap(v -> v.integer(ConfigKey.MAX_IN_FLIGHT.range(), 1, MOST_IN_FLIGHT));
    Optional<WhenStale> whenStale = role.get(ConfigKey.WHEN_STALE).flatMap(RoleReader::whenStale);
    Optional<BreakerSettings> own =
        role.get(ConfigKey.ROLE_BREAKER)
            .flatMap(v -> BreakerReader.read(v, breaker.orElse(BreakerSettings.DEFAULT)));
    if (list.isPresent() && route.isPresent() && route.get() == Route.NETWORK) {
      refuseWithoutNetwork(list.get(), names, storages);
    }
    return route.map(
        r ->
            new RoleSettings(
                name,
                r,
                names,
                percent.orElse(Double.valueOf(ConfigKey.PERCENT.defaultValue())),
                unit.orElse(BucketUnit.RPC),
                MethodFilter.of(only, except),
                limit.orElse(0),
                own.or(() -> breaker),
                whenStale.orElse(WhenStale.KEEP)));
  }

  private static List<String> methods(YamlValue value) {
    return value.texts(ConfigKey.METHODS.range(), MethodFilter::isWellFormed);
  }

  private static Optional<Route> route(YamlValue value) {
    List<String> labels = List.of(Route.NETWORK.label(), Route.LOCAL.label());
    return value
        .word(ConfigKey.ROUTE.range(), labels)
        .map(word -> word.equals(Route.NETWORK.label()) ? Route.NETWORK : Route.LOCAL);
  }

  private static Optional<BucketUnit> unit(YamlValue value) {
    Map<String, BucketUnit> units = new LinkedHashMap<>();
    for (BucketUnit unit : BucketUnit.values()) {
      units.put(unit.name().toLowerCase(Locale.ROOT), unit);
    }
    return value.word(ConfigKey.UNIT.range(), List.copyOf(units.keySet())).map(units::get);
  }

  private static Optional<WhenStale> whenStale(YamlValue value) {
    List<String> words = Arrays.stream(WhenStale.values()).map(WhenStale::word).toList();
    return value
        .word(ConfigKey.WHEN_STALE.range(), words)
        .map(word -> word.equals(WhenStale.LOCAL.word()) ? WhenStale.LOCAL : WhenStale.KEEP);
  }

  private static List<String> names(
      YamlValue value, Map<String, Optional<StorageSettings>> storages) {
    if (value.raw().equals(ALL)) {
      return List.copyOf(storages.keySet());
    }
    if (!value.isList()) {
      value.refuseShown("a list of storage names, or all");
      return List.of();
    }
    return value.names("storage", storages.keySet());
  }

  private static void refuseWithoutNetwork(
      YamlValue list, List<String> names, Map<String, Optional<StorageSettings>> storages) {
    for (String name : names) {
      Optional<StorageSettings> storage = storages.getOrDefault(name, Optional.empty());
      if (storage.isPresent() && storage.get().network().isEmpty()) {
        list.refuse(
            "routes storage "
                + YamlValue.quote(name)
                + " to the network, but storages."
                + name
                + " has no network endpoint; add one, or take the storage out of the role");
      }
    }
  }
}
