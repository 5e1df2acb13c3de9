package io.gitalyrouter;

import static io.gitalyrouter.fixture.GitalyMethods.FIND_COMMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gitalyrouter.breaker.BreakerMode;
import io.gitalyrouter.event.EndpointState;
import io.gitalyrouter.event.RouterEvent;
import io.gitalyrouter.event.RouterEvent.BreakerChanged;
import io.gitalyrouter.event.RouterEvent.EndpointChanged;
import io.gitalyrouter.fixture.Sides;
import io.gitalyrouter.fixture.TestGitaly.Behaviour;
import io.gitalyrouter.route.BreakerSettings;
import io.gitalyrouter.route.ConnectionSettings;
import io.gitalyrouter.route.FailoverSettings;
import io.gitalyrouter.route.RouteRule;
import io.gitalyrouter.route.RouteRule.BucketUnit;
import io.gitalyrouter.route.RoutingTable;
import io.gitalyrouter.route.StorageRoutes;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a new table changes in a running router, and what it leaves as it was. */
@Timeout(60)
final class TableChangeTest {
  /** Takes calls and answers none of them, while probes are answered. */
  private static final Behaviour STALL = (name, call, headers) -> new ServerCall.Listener<>() {};

  private static final RouteRule ALL = RouteRule.network("network-gitaly", 100, BucketUnit.RPC);
  private static final BreakerSettings PATIENT =
      new BreakerSettings(50, 100, Duration.ofSeconds(10), 200, Duration.ofMinutes(5), 5);

  private Sides sides;

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    sides = new Sides(directory);
    sides.router().apply(table(ALL.withBreaker(PATIENT)));
    sides.awaitRouted();
  }

  @AfterEach
  void stop() {
    sides.close();
  }

  private StorageRoutes routes() {
    return Objects.requireNonNull(sides.table(100).storages().get(Sides.STORAGE));
  }

  private RoutingTable table(RouteRule rule) {
    return RoutingTable.of("test", List.of(routes().withRule(rule)));
  }

  private Optional<String> breaker() {
    return sides.router().status().storages().get(0).breaker();
  }

  private List<EndpointChanged> endpointEvents() {
    return sides.events().stream()
        .filter(EndpointChanged.class::isInstance)
        .map(EndpointChanged.class::cast)
        .toList();
  }

  private void tripBreaker() {
    sides.network().behave(Behaviour.failing(Status.UNAUTHENTICATED));
    assertThat(sides.call(FIND_COMMIT, "x")).isEqualTo("local:x");
    assertThat(breaker()).contains("OPEN");
    sides.network().behave(Behaviour.ECHO);
  }

  @Test
  void breaker_and_connection_stay_when_other_settings_change() {
    tripBreaker();
    int before = endpointEvents().size();
    sides.router().apply(table(ALL.withBreaker(PATIENT).withMaxInFlight(7)));

    assertThat(breaker()).as("as it was").contains("OPEN");
    assertThat(endpointEvents()).as("no connection was touched").hasSize(before);
  }

  @Test
  void changed_breaker_settings_mean_a_new_breaker_and_are_told() {
    tripBreaker();
    int before = endpointEvents().size();
    sides.router().apply(table(ALL.withBreaker(PATIENT.asShadow())));

    assertThat(breaker()).contains("WOULD_HAVE_TRIPPED");
    assertThat(sides.events())
        .contains(new BreakerChanged(Sides.STORAGE, "OPEN", "WOULD_HAVE_TRIPPED"));
    assertThat(sides.call(FIND_COMMIT, "x")).isEqualTo("network:x");
    assertThat(endpointEvents()).as("the connection stays").hasSize(before);
  }

  @Test
  void mode_that_was_set_stays_when_breaker_settings_change() {
    sides
        .router()
        .forceBreaker(Sides.STORAGE, BreakerMode.FORCED_OPEN, Duration.ofHours(1), "drill");
    sides.router().apply(table(ALL));

    assertThat(breaker()).contains("FORCED_OPEN");
    assertThat(sides.router().status().storages().get(0).forcedMode())
        .hasValueSatisfying(mode -> assertThat(mode.reason()).isEqualTo("drill"));
  }

  @Test
  void breaker_of_a_shadow_says_that_it_would_trip_and_goes_back_to_saying_so() {
    sides.router().apply(table(ALL.withBreaker(PATIENT.asShadow())));
    sides.network().behave(Behaviour.failing(Status.UNAUTHENTICATED));
    for (int i = 0; i < 3; i++) {
      assertThat(sides.call(FIND_COMMIT, "x")).isEqualTo("local:x");
    }
    assertThat(sides.network().calls()).as("nobody is refused").isEqualTo(3);
    assertThat(sides.events().stream().filter(RouterEvent.BreakerWouldTrip.class::isInstance))
        .hasSize(1);
    sides
        .router()
        .forceBreaker(Sides.STORAGE, BreakerMode.FORCED_CLOSED, Duration.ofHours(1), "drill");
    sides.router().resetBreaker(Sides.STORAGE);

    assertThat(breaker()).contains("WOULD_HAVE_TRIPPED");
  }

  @Test
  void share_of_the_deadline_is_the_tables() {
    FailoverSettings failover = new FailoverSettings(5, 1000, 1000, Duration.ZERO);
    sides.router().apply(table(ALL.withBreaker(PATIENT)).withFailover(failover));
    sides.network().behave(STALL);
    long start = System.nanoTime();

    assertThat(sides.call(FIND_COMMIT, "x")).isEqualTo("local:x");
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .as("5 % of 10 s, not the builder's 70 %")
        .isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void what_may_be_kept_for_a_replay_is_the_tables_and_the_builders_without_it() {
    FailoverSettings nothing = new FailoverSettings(70, 0, 0, Duration.ZERO);
    sides.network().behave(TableChangeTest::failWhenAllWasSent);
    sides.router().apply(table(ALL.withBreaker(PATIENT)).withFailover(nothing));

    assertThatThrownBy(() -> sides.call(FIND_COMMIT, "x")).hasMessageContaining("planned");
    sides.router().apply(table(ALL.withBreaker(PATIENT)));
    assertThat(sides.call(FIND_COMMIT, "x")).isEqualTo("local:x");
  }

  /** A call that fails before it has sent anything can move, whatever may be kept. */
  private static ServerCall.Listener<String> failWhenAllWasSent(
      String name, ServerCall<String, String> call, Metadata headers) {
    call.request(1);
    return new ServerCall.Listener<>() {
      @Override
      public void onHalfClose() {
        call.close(Status.UNAVAILABLE.withDescription("planned"), new Metadata());
      }
    };
  }

  @Test
  void changed_connection_settings_mean_a_new_connection_and_the_old_one_is_closed() {
    StorageRoutes now = routes();
    ConnectionSettings slower =
        new ConnectionSettings(
            Optional.empty(), Optional.of(Duration.ofSeconds(30)), Optional.empty());
    StorageRoutes next =
        new StorageRoutes(
            now.storage(),
            now.local(),
            now.network().map(e -> e.withConnection(slower)),
            ALL.withBreaker(PATIENT));
    sides.router().apply(RoutingTable.of("test", List.of(next)));
    await().until(() -> endpointEvents().stream().anyMatch(e -> e.to() == EndpointState.CLOSED));
    sides.awaitRouted();

    assertThat(sides.call(FIND_COMMIT, "x")).isEqualTo("network:x");
    assertThat(sides.local().calls()).as("the local side was not touched").isZero();
  }
}
