package io.gitalyrouter.call;

import static io.gitalyrouter.fixture.GitalyMethods.CHECK_OBJECTS_EXIST;
import static io.gitalyrouter.fixture.GitalyMethods.FIND_COMMIT;
import static io.gitalyrouter.fixture.GitalyMethods.SSH_RECEIVE_PACK;
import static io.gitalyrouter.fixture.GitalyMethods.WRITE_REF;
import static io.gitalyrouter.fixture.WireBytes.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitalyrouter.event.RouterEvent.CallMoved;
import io.gitalyrouter.fixture.RecordingListener;
import io.gitalyrouter.fixture.Sides;
import io.gitalyrouter.fixture.TestGitaly.Behaviour;
import io.gitalyrouter.route.FailoverSettings;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects of a push that is not accepted yet belong to the server that takes the push. */
final class GitQuarantineTest {
  private static final String PLAIN = field(1, field(2, "nfs-file01") + field(3, "a.git"));
  private static final String QUARANTINED =
      field(1, field(2, "nfs-file01") + field(3, "a.git") + field(4, "objects/incoming-1"));

  @TempDir Path directory;
  private Sides sides;

  /** What handlers on the network side were given. */
  private final Queue<String> seenByNetwork = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void start() throws Exception {
    sides = new Sides(directory).switchedOn();
    sides
        .network()
        .behave(
            (name, call, headers) -> {
              ServerCall.Listener<String> echo = Behaviour.ECHO.begin(name, call, headers);
              return new ServerCall.Listener<>() {
                @Override
                public void onMessage(String message) {
                  seenByNetwork.add(message);
                  echo.onMessage(message);
                }

                @Override
                public void onHalfClose() {
                  echo.onHalfClose();
                }
              };
            });
  }

  @AfterEach
  void stop() {
    sides.close();
  }

  @Test
  void unary_calls_on_quarantined_objects_are_served_locally_and_others_are_not() {
    assertThat(sides.call(FIND_COMMIT, PLAIN)).isEqualTo("network:" + PLAIN);
    assertThat(sides.call(FIND_COMMIT, QUARANTINED)).isEqualTo("local:" + QUARANTINED);
    assertThat(sides.call(WRITE_REF, QUARANTINED)).isEqualTo("local:" + QUARANTINED);
    assertThat(seenByNetwork).containsExactly(PLAIN);
    assertThat(sides.events().stream().filter(CallMoved.class::isInstance))
        .hasSize(2)
        .allSatisfy(event -> assertThat(event.toString()).contains("git_quarantine"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void streams_on_quarantined_objects_are_served_locally_from_their_first_message(boolean reader) {
    MethodDescriptor<String, String> method = reader ? CHECK_OBJECTS_EXIST : SSH_RECEIVE_PACK;
    RecordingListener listener = new RecordingListener();
    ClientCall<String, String> call = sides.channel().newCall(method, CallOptions.DEFAULT);
    call.start(listener, new Metadata());
    call.request(10);
    // The network attempt has its stream, and its server waits for the first message.
    await().until(() -> sides.network().calls() == 1);
    call.sendMessage(QUARANTINED);
    call.sendMessage("more");
    call.halfClose();
    listener.assertTold("headers", "local:" + QUARANTINED, "local:more", "close OK");
    assertThat(seenByNetwork).isEmpty();
  }

  @Test
  void only_the_first_message_is_looked_at() {
    RecordingListener listener = new RecordingListener();
    ClientCall<String, String> call =
        sides.channel().newCall(CHECK_OBJECTS_EXIST, CallOptions.DEFAULT);
    call.start(listener, new Metadata());
    call.request(10);
    call.sendMessage(PLAIN);
    call.sendMessage(QUARANTINED);
    call.halfClose();
    listener.assertTold("headers", "network:" + PLAIN, "network:" + QUARANTINED, "close OK");
  }

  @Test
  void quarantined_message_that_is_too_large_to_keep_is_served_locally_all_the_same() {
    String large = field(15, "x".repeat(127)).repeat(10_000) + QUARANTINED;
    assertThat(large.length()).isGreaterThan((int) FailoverSettings.DEFAULT.replayCallBytes());
    assertThat(sides.call(WRITE_REF, large)).isEqualTo("local:" + large);
    assertThat(seenByNetwork).isEmpty();
    assertThat(sides.meters().get("gitaly.route.replay.bytes").gauge().value()).isZero();
  }

  @Test
  void quarantine_says_nothing_against_the_network_side() {
    for (int i = 0; i < 50; i++) {
      assertThat(sides.call(FIND_COMMIT, QUARANTINED)).startsWith("local:");
    }
    assertThat(sides.router().status().storages().get(0).breaker()).hasValue("CLOSED");
    assertThat(sides.call(WRITE_REF, PLAIN)).startsWith("network:");
  }

  @Test
  void local_failure_of_a_quarantined_call_does_not_blame_the_network_side() {
    sides.local().behave(Behaviour.failing(Status.NOT_FOUND.withDescription("no such object")));
    RecordingListener listener = new RecordingListener();
    ClientCall<String, String> call = sides.channel().newCall(FIND_COMMIT, CallOptions.DEFAULT);
    call.start(listener, new Metadata());
    call.request(2);
    call.sendMessage(QUARANTINED);
    call.halfClose();
    assertThat(listener.status().getDescription()).isEqualTo("no such object");
  }
}
