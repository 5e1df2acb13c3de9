package io.gitalyrouter.call;

import static io.gitalyrouter.fixture.GitalyMethods.FIND_COMMIT;
import static io.gitalyrouter.fixture.GitalyMethods.WRITE_REF;
import static io.gitalyrouter.route.Route.LOCAL;
import static io.gitalyrouter.route.Route.NETWORK;
import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.method.MethodRule;
import io.gitalyrouter.method.MethodRules;
import io.gitalyrouter.route.Decision;
import io.gitalyrouter.route.Reason;
import io.gitalyrouter.route.Route;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class StickyRoutesTest {
  private static final MethodRule READER = new MethodRules().of(FIND_COMMIT);
  private static final MethodRule WRITER = new MethodRules().of(WRITE_REF);
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final AtomicLong now = new AtomicLong();
  private final StickyRoutes routes = new StickyRoutes(Duration.ofSeconds(5), now::get);

  private static Metadata headers(String id) {
    Metadata headers = new Metadata();
    headers.put(RoutingChannel.CORRELATION_ID, id);
    return headers;
  }

  private @Nullable Route side(String id) {
    return routes.side(READER, headers(id));
  }

  private RunningCall begin(String id, Route side) {
    CallRecorder write = routes.recorder(WRITER, headers(id), CallRecorder.NONE);
    return write.started(WRITE_REF, new Decision(NETWORK, side, Reason.ROLE), 0);
  }

  private void write(String id, Route side) {
    begin(id, side).ended(side, Status.Code.OK, 0);
  }

  @Test
  void readers_of_the_id_stay_for_the_time_after_the_write() {
    write("a", NETWORK);
    write("b", LOCAL);
    now.addAndGet(5 * SECOND - 1);
    assertThat(side("a")).isEqualTo(NETWORK);
    assertThat(side("b")).isEqualTo(LOCAL);
    assertThat(side("c")).isNull();
    now.addAndGet(1);
    assertThat(side("a")).isNull();
    assertThat(routes.size()).as("and nothing is kept").isZero();
  }

  @Test
  void readers_stay_while_the_write_runs_and_the_time_counts_from_its_end() {
    RunningCall write = begin("a", NETWORK);
    now.addAndGet(60 * SECOND);
    assertThat(side("a")).isEqualTo(NETWORK);
    write.ended(NETWORK, Status.Code.UNAVAILABLE, 0);
    now.addAndGet(4 * SECOND);
    assertThat(side("a")).as("the failed write may have been done").isEqualTo(NETWORK);
    now.addAndGet(SECOND);
    assertThat(side("a")).isNull();
  }

  @Test
  void write_that_moves_takes_its_readers_along() {
    RunningCall write = begin("a", NETWORK);
    write.moved(WRITE_REF, Status.UNAVAILABLE, MoveCause.NEVER_LEFT, 0);
    assertThat(side("a")).isEqualTo(LOCAL);
    write.ended(LOCAL, Status.Code.OK, 0);
    assertThat(side("a")).isEqualTo(LOCAL);
  }

  @Test
  void last_of_several_writes_decides_and_the_first_to_end_does_not_let_go() {
    RunningCall first = begin("a", LOCAL);
    RunningCall second = begin("a", NETWORK);
    assertThat(side("a")).isEqualTo(NETWORK);
    second.ended(NETWORK, Status.Code.OK, 0);
    now.addAndGet(60 * SECOND);
    assertThat(side("a")).isEqualTo(NETWORK);
    first.ended(LOCAL, Status.Code.OK, 0);
    assertThat(side("a")).isEqualTo(LOCAL);
  }

  @Test
  void only_readers_stay_and_only_writes_are_remembered() {
    write("a", LOCAL);
    assertThat(routes.side(WRITER, headers("a"))).isNull();
    assertThat(routes.side(READER, new Metadata())).isNull();
    assertThat(routes.recorder(READER, headers("b"), CallRecorder.NONE))
        .isSameAs(CallRecorder.NONE);
    assertThat(routes.recorder(WRITER, new Metadata(), CallRecorder.NONE))
        .isSameAs(CallRecorder.NONE);
  }

  @Test
  void memory_is_bounded_and_the_oldest_make_room() {
    begin("running", NETWORK);
    for (int i = 0; i < StickyRoutes.MAX_IDS; i++) {
      write("id-" + i, LOCAL);
    }
    assertThat(routes.size()).isEqualTo(StickyRoutes.MAX_IDS);
    assertThat(side("running")).isNull();
    assertThat(side("id-0")).isEqualTo(LOCAL);
    write("id-0", NETWORK);
    write("one more", LOCAL);
    assertThat(side("id-0")).as("written to again").isEqualTo(NETWORK);
    assertThat(side("id-1")).isNull();
  }

  @Test
  void id_that_was_forgotten_while_its_write_ran_is_remembered_when_it_ends() {
    RunningCall write = begin("a", NETWORK);
    for (int i = 0; i < StickyRoutes.MAX_IDS; i++) {
      write("id-" + i, LOCAL);
    }
    write.ended(NETWORK, Status.Code.OK, 0);
    assertThat(side("a")).isEqualTo(NETWORK);
    now.addAndGet(5 * SECOND);
    assertThat(side("a")).isNull();
  }

  @Test
  void id_longer_than_any_real_one_is_not_kept() {
    write("x".repeat(StickyRoutes.MAX_ID_CHARS), LOCAL);
    write("x".repeat(StickyRoutes.MAX_ID_CHARS + 1), LOCAL);
    assertThat(routes.size()).isEqualTo(1);
  }

  @Test
  void switched_off_it_is_not_there() {
    assertThat(AfterWrites.create(Duration.ZERO, now::get, AfterWrites.NONE))
        .isSameAs(AfterWrites.NONE);
    assertThat(AfterWrites.NONE.recorder(WRITER, headers("a"), CallRecorder.NONE))
        .isSameAs(CallRecorder.NONE);
    assertThat(AfterWrites.NONE.side(READER, headers("a"))).isNull();
  }
}
