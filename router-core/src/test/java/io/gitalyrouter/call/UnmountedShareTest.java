package io.gitalyrouter.call;

import static io.gitalyrouter.fixture.GitalyMethods.FIND_COMMIT;
import static io.gitalyrouter.fixture.GitalyMethods.REPOSITORY_EXISTS;
import static io.gitalyrouter.fixture.GitalyMethods.WRITE_REF;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gitalyrouter.event.RouterEvent.CallMoved;
import io.gitalyrouter.fixture.Sides;
import io.gitalyrouter.fixture.TestGitaly.Behaviour;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A running server that loses its share denies every repository; the local side knows better. */
final class UnmountedShareTest {
  private static final Status NOT_FOUND = Status.NOT_FOUND.withDescription("repository not found");

  @TempDir Path directory;
  private Sides sides;

  @BeforeEach
  void start() throws Exception {
    sides = new Sides(directory).switchedOn();
  }

  @AfterEach
  void stop() {
    sides.close();
  }

  /** Answers each call with one message. */
  private static Behaviour answering(String message) {
    return (name, call, headers) ->
        new ServerCall.Listener<>() {
          @Override
          public void onHalfClose() {
            call.sendHeaders(new Metadata());
            call.sendMessage(message);
            call.close(Status.OK, new Metadata());
          }
        };
  }

  @Test
  void reader_that_the_network_side_does_not_find_is_served_locally() {
    sides.network().behave(Behaviour.failing(NOT_FOUND));
    assertThat(sides.call(FIND_COMMIT, "a")).isEqualTo("local:a");
    assertThat(sides.events())
        .anySatisfy(
            event ->
                assertThat(event)
                    .isInstanceOfSatisfying(
                        CallMoved.class, moved -> assertThat(moved.why()).isEqualTo("not_there")));
    assertThat(sides.router().status().storages().get(0).breaker()).hasValue("CLOSED");
  }

  @Test
  void repository_that_neither_side_has_is_not_found_in_local_s_own_words() {
    sides.network().behave(Behaviour.failing(NOT_FOUND));
    sides.local().behave(Behaviour.failing(NOT_FOUND));
    assertThatThrownBy(() -> sides.call(FIND_COMMIT, "a"))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getDescription()).isEqualTo("repository not found"));
  }

  @Test
  void other_things_that_are_not_found_are_told_as_they_are() {
    sides.network().behave(Behaviour.failing(Status.NOT_FOUND.withDescription("tree not found")));
    assertThatThrownBy(() -> sides.call(FIND_COMMIT, "a")).hasMessageContaining("tree not found");
    assertThat(sides.local().calls()).isZero();
  }

  @Test
  void writer_that_the_network_side_does_not_find_is_told() {
    sides.network().behave(Behaviour.failing(NOT_FOUND));
    assertThatThrownBy(() -> sides.call(WRITE_REF, "a")).hasMessageContaining("not found");
    assertThat(sides.local().calls()).isZero();
  }

  @Test
  void denied_existence_is_asked_of_the_local_side() {
    sides.network().behave(answering(""));
    sides.local().behave(answering("\u0008\u0001"));
    assertThat(sides.call(REPOSITORY_EXISTS, "a")).isEqualTo("\u0008\u0001");
    sides.network().behave(answering("\u0008\u0001"));
    int before = sides.local().calls();
    assertThat(sides.call(REPOSITORY_EXISTS, "a")).isEqualTo("\u0008\u0001");
    assertThat(sides.local().calls()).as("a repository that is there").isEqualTo(before);
    sides.network().behave(answering(""));
    sides.local().behave(answering(""));
    assertThat(sides.call(REPOSITORY_EXISTS, "a")).as("neither side has it").isEmpty();
    assertThat(sides.call(FIND_COMMIT, "a")).as("empty, and no denial").isEmpty();
    assertThat(sides.local().calls()).isEqualTo(before + 1);
  }

  @Test
  void contradiction_has_the_server_asked_at_once_what_it_serves() {
    sides.network().behave(Behaviour.failing(NOT_FOUND));
    sides.network().mount("");
    assertThat(sides.call(FIND_COMMIT, "a")).isEqualTo("local:a");
    await()
        .atMost(Duration.ofSeconds(3))
        .untilAsserted(
            () ->
                assertThat(sides.router().status().storages().get(0).obstacle().orElse(""))
                    .contains("no filesystem_id"));
    int before = sides.network().calls();
    assertThat(sides.call(WRITE_REF, "b")).isEqualTo("local:b");
    assertThat(sides.network().calls()).isEqualTo(before);
  }
}
