package io.gitalyrouter;

import static io.gitalyrouter.fixture.GitalyMethods.FIND_COMMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitalyrouter.event.RouterEvent.Trouble;
import io.gitalyrouter.fixture.Sides;
import io.gitalyrouter.route.RoutingTable;
import io.micrometer.core.instrument.Meter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sides of two versions are routed to, but nobody should compare them without knowing it. */
final class VersionSkewTest {
  private static final String INFO = "gitaly.route.server.info";

  @TempDir Path directory;

  @Test
  void sides_of_two_versions_are_told_of_once_for_each_pair_and_routed_to() throws IOException {
    try (Sides sides = new Sides(directory)) {
      sides.network().version("18.8.3");
      sides.switchedOn();
      assertThat(sides.call(FIND_COMMIT, "a")).isEqualTo("network:a");
      await().until(() -> troubles(sides).size() == 1);
      assertThat(troubles(sides).get(0).what())
          .isEqualTo("runs Gitaly 18.8.3, the local side 18.9.0");
      assertThat(sides.router().status().endpoints())
          .extracting(endpoint -> endpoint.version().orElse(""))
          .containsExactlyInAnyOrder("18.8.3", "18.9.0");

      sides.network().kill();
      sides.network().version("18.9.0");
      sides.network().start();
      await()
          .until(
              () ->
                  sides.router().status().endpoints().stream()
                      .allMatch(e -> e.version().orElse("").equals("18.9.0")));
      sides.network().kill();
      sides.network().version("18.8.3");
      sides.network().start();
      await().until(() -> troubles(sides).size() == 2);
    }
  }

  @Test
  void versions_are_shown_and_registered_anew_only_when_they_change() throws IOException {
    try (Sides sides = new Sides(directory)) {
      List<String> registered = new CopyOnWriteArrayList<>();
      sides
          .meters()
          .config()
          .onMeterAdded(
              meter -> {
                if (meter.getId().getName().equals(INFO)) {
                  registered.add(name(meter));
                }
              });
      sides.switchedOn();
      await().until(() -> registered.size() == 2);
      assertThat(shown(sides)).containsExactlyInAnyOrder("local 18.9.0", "network 18.9.0");

      sides.router().apply(sides.table(50));
      assertThat(registered).as("nothing changed").hasSize(2);

      sides.network().kill();
      sides.network().version("18.8.3");
      sides.network().start();
      await()
          .untilAsserted(
              () ->
                  assertThat(shown(sides))
                      .containsExactlyInAnyOrder("local 18.9.0", "network 18.8.3"));

      sides.router().apply(RoutingTable.of("none", List.of()));
      assertThat(shown(sides)).as("of a storage that has left the table").isEmpty();
    }
  }

  private static List<String> shown(Sides sides) {
    return sides.meters().find(INFO).meters().stream().map(VersionSkewTest::name).toList();
  }

  private static String name(Meter meter) {
    return meter.getId().getTag("route") + " " + meter.getId().getTag("version");
  }

  private static List<Trouble> troubles(Sides sides) {
    return sides.events().stream()
        .filter(Trouble.class::isInstance)
        .map(Trouble.class::cast)
        .filter(trouble -> trouble.what().startsWith("runs Gitaly"))
        .toList();
  }
}
