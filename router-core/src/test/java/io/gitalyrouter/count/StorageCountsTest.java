package io.gitalyrouter.count;

import static io.gitalyrouter.fixture.GitalyMethods.FIND_COMMIT;
import static io.gitalyrouter.fixture.GitalyMethods.LIST_REFS;
import static io.gitalyrouter.fixture.GitalyMethods.WRITE_REF;
import static io.gitalyrouter.route.Route.LOCAL;
import static io.gitalyrouter.route.Route.NETWORK;
import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.call.MoveCause;
import io.gitalyrouter.call.RunningCall;
import io.gitalyrouter.route.Decision;
import io.gitalyrouter.route.Reason;
import io.gitalyrouter.route.Route;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

final class StorageCountsTest {
  private static final Decision ROLE = new Decision(NETWORK, NETWORK, Reason.ROLE);
  private static final Decision OFF = new Decision(LOCAL, LOCAL, Reason.ROLE_OFF);
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final List<String> heard = new ArrayList<>();
  private long nanos;
  private final MethodLimit limit = new MethodLimit(2);
  private final StorageCounts counts = new StorageCounts(() -> nanos, limit, new Heard());

  private final class Heard implements CountListener {
    @Override
    public CallTimes first(MethodName method, RouteCounts made) {
      heard.add("first " + method.method() + " " + made.route().label());
      return new CallTimes() {
        @Override
        public void firstMessage(long took) {
          heard.add("first message after " + took / SECOND);
        }

        @Override
        public void ended(long took) {
          heard.add("took " + took / SECOND);
        }
      };
    }

    @Override
    public void firstEnd(MethodName method, Route route, Status.Code code, LongSupplier count) {
      heard.add("first end " + method.method() + " " + route.label() + " " + code);
    }

    @Override
    public void moved(
        MethodDescriptor<?, ?> method, Status status, MoveCause cause, long lostNanos) {
      heard.add("moved " + method.getBareMethodName() + " lost " + lostNanos / SECOND);
    }

    @Override
    public void committedEarly() {
      heard.add("committed early");
    }
  }

  private RouteCounts of(String method, Route route) {
    return counts.methods().stream()
        .filter(m -> m.method().method().equals(method))
        .flatMap(m -> m.on(route).stream())
        .findFirst()
        .orElseThrow();
  }

  private static MethodDescriptor<String, String> named(String method) {
    return FIND_COMMIT.toBuilder().setFullMethodName("gitaly.CommitService/" + method).build();
  }

  @Test
  void call_is_in_flight_until_it_ends_and_its_time_goes_to_the_route_that_served() {
    RunningCall call = counts.started(FIND_COMMIT, OFF, 0);
    call.sent(LOCAL);
    nanos = 3 * SECOND;
    assertThat(counts.inFlight(LOCAL)).isEqualTo(1);
    assertThat(counts.oldestAge(LOCAL)).contains(Duration.ofSeconds(3));
    call.received(LOCAL);
    call.ended(LOCAL, Status.Code.OK, 0);
    assertThat(counts.inFlight(LOCAL)).isZero();
    assertThat(counts.oldestAge(LOCAL)).isEmpty();
    assertThat(counts.started(LOCAL)).isEqualTo(1);
    assertThat(counts.started(NETWORK)).isZero();
    assertThat(counts.decided(LOCAL, Reason.ROLE_OFF)).isEqualTo(1);
    assertThat(of("FindCommit", LOCAL).sent()).isEqualTo(1);
    assertThat(of("FindCommit", LOCAL).received()).isEqualTo(1);
    assertThat(heard)
        .containsExactly("first FindCommit local", "took 3", "first end FindCommit local OK");
  }

  @Test
  void first_message_is_timed_where_the_answer_is_a_stream() {
    counts.started(LIST_REFS, ROLE, 0);
    counts.started(FIND_COMMIT, ROLE, 0);
    heard.clear();
    nanos = 2 * SECOND;
    counts.started(LIST_REFS, ROLE, 0).answered(NETWORK, 0);
    assertThat(heard).containsExactly("first message after 2");
    counts.started(FIND_COMMIT, ROLE, 0).answered(NETWORK, 0);
    assertThat(heard).hasSize(1);
  }

  @Test
  void call_that_moves_is_in_flight_on_one_route_with_its_whole_age() {
    RunningCall call = counts.started(FIND_COMMIT, ROLE, 0);
    nanos = 2 * SECOND;
    assertThat(counts.inFlight(NETWORK)).isEqualTo(1);
    call.moved(FIND_COMMIT, Status.UNAVAILABLE, MoveCause.FAILED, 0);
    assertThat(counts.inFlight(NETWORK)).isZero();
    assertThat(counts.inFlight(LOCAL)).isEqualTo(1);
    assertThat(counts.oldestAge(NETWORK)).isEmpty();
    assertThat(counts.oldestAge(LOCAL)).contains(Duration.ofSeconds(2));
    call.ended(LOCAL, Status.Code.OK, 0);
    assertThat(counts.inFlight(LOCAL)).isZero();
    assertThat(counts.started(NETWORK)).isEqualTo(1);
    assertThat(of("FindCommit", LOCAL).started()).as("it began on the other side").isZero();
    assertThat(heard).contains("moved FindCommit lost 2", "took 2");
  }

  @Test
  void methods_beyond_the_limit_are_counted_together() {
    counts.started(FIND_COMMIT, OFF, 0);
    counts.started(WRITE_REF, OFF, 0);
    counts.started(named("One"), OFF, 0);
    counts.started(named("Two"), OFF, 0);
    counts.started(WRITE_REF, OFF, 0);
    assertThat(of("other", LOCAL).started()).isEqualTo(2);
    assertThat(of("WriteRef", LOCAL).started()).isEqualTo(2);
    assertThat(counts.inFlight(LOCAL)).isEqualTo(5);
    assertThat(heard)
        .containsExactly("first FindCommit local", "first WriteRef local", "first other local");
  }

  @Test
  void places_of_a_storage_that_is_gone_are_free_for_another() {
    counts.started(FIND_COMMIT, OFF, 0);
    counts.started(WRITE_REF, OFF, 0);
    counts.release();
    counts.started(named("Late"), OFF, 0);
    StorageCounts next = new StorageCounts(() -> nanos, limit, CountListener.NONE);
    next.started(FIND_COMMIT, OFF, 0);
    next.started(WRITE_REF, OFF, 0);
    next.started(named("Third"), OFF, 0);
    assertThat(next.methods())
        .filteredOn(method -> method.on(LOCAL).isPresent())
        .extracting(method -> method.method().method())
        .containsExactlyInAnyOrder("FindCommit", "WriteRef", "other");
  }

  @Test
  void descriptors_made_for_each_call_find_the_same_counts() {
    for (int i = 0; i < 3_000; i++) {
      counts.started(named("FindCommit"), OFF, 0).ended(LOCAL, Status.Code.OK, 0);
    }
    assertThat(of("FindCommit", LOCAL).started()).isEqualTo(3_000);
    assertThat(counts.inFlight(LOCAL)).isZero();
  }
}
