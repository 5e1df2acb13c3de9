package io.gitalyrouter.config.cli;

import com.google.gson.JsonObject;
import io.gitalyrouter.config.DocumentView;
import io.gitalyrouter.route.Endpoint;
import io.gitalyrouter.route.StorageRoutes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What two documents mean differently, by host and storage. <em>Immutable.</em>
 *
 * @param changes one for each host and storage whose calls go another way
 */
record Effects(List<OneEffect> changes) {
  /** Copies the list. */
  Effects {
    changes = List.copyOf(changes);
  }

  static Effects between(DocumentView before, DocumentView after) {
    Set<String> hosts = new LinkedHashSet<>(before.hosts());
    hosts.addAll(after.hosts());
    List<OneEffect> changes = new ArrayList<>();
    for (String host : hosts) {
      Map<String, String> old = says(before, host);
      Map<String, String> now = says(after, host);
      Set<String> storages = new LinkedHashSet<>(old.keySet());
      storages.addAll(now.keySet());
      for (String storage : storages) {
        String was = old.getOrDefault(storage, "not there");
        String is = now.getOrDefault(storage, "not there");
        if (!Objects.equals(was, is)) {
          changes.add(new OneEffect(host, storage, was, is));
        }
      }
    }
    return new Effects(changes);
  }

  /** The hosts that do something else, in the document's order. */
  Set<String> hosts() {
    return changes.stream()
        .map(OneEffect::host)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** The storages of such hosts. */
  Set<String> storages() {
    return changes.stream()
        .map(OneEffect::storage)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** One line each. */
  List<String> lines() {
    return changes.stream().map(OneEffect::toString).toList();
  }

  /** What each storage's calls do on a host, in words. */
  static Map<String, String> says(DocumentView document, String host) {
    @Nullable String kill = document.killSwitch().orElse(null);
    Map<String, StorageRoutes> table = document.table(host).storages();
    Map<String, String> says = new LinkedHashMap<>();
    for (String storage : document.storages()) {
      StorageRoutes routes = Objects.requireNonNull(table.get(storage), storage);
      says.put(
          storage,
          kill == null
              ? says(routes)
              : "local " + routes.local().address() + " (kill switch: " + kill + ")");
    }
    return says;
  }

  private static String says(StorageRoutes routes) {
    String local = "local " + routes.local().address();
    Function<Endpoint, String> network =
        endpoint ->
            "network "
                + Percent.format(routes.rule().percent())
                + " "
                + endpoint.address()
                + " (role "
                + routes.rule().role().orElse("")
                + ")";
    return routes.rule().isOn() ? routes.network().map(network).orElse(local) : local;
  }

  /**
   * One host's calls to one storage go another way. <em>Immutable.</em>
   *
   * @param host the host
   * @param storage the storage
   * @param before where they go now
   * @param after where they will go
   */
  record OneEffect(String host, String storage, String before, String after) {
    JsonObject toJson() {
      JsonObject json = new JsonObject();
      json.addProperty("host", host);
      json.addProperty("storage", storage);
      json.addProperty("before", before);
      json.addProperty("after", after);
      return json;
    }

    @Override
    public String toString() {
      return host + " " + storage + ": " + before + " -> " + after;
    }
  }
}
