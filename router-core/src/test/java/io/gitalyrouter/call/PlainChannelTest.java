package io.gitalyrouter.call;

import static io.gitalyrouter.fixture.GitalyMethods.CHECK_OBJECTS_EXIST;
import static io.gitalyrouter.fixture.GitalyMethods.FIND_COMMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitalyrouter.fixture.GitalyMethods;
import io.gitalyrouter.fixture.RecordingListener;
import io.gitalyrouter.fixture.Sides;
import io.gitalyrouter.fixture.TestGitaly.Behaviour;
import io.gitalyrouter.fixture.TestGitaly.Received;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a caller may ask of a plain channel it may ask of the router, whichever way a call goes. */
final class PlainChannelTest {
  private static final Metadata.Key<String> ENCODING =
      Metadata.Key.of("grpc-encoding", Metadata.ASCII_STRING_MARSHALLER);

  @TempDir Path directory;
  private Sides sides;
  private ManagedChannel plain;

  /** The way of a call. */
  private enum Way {
    PLAIN,
    LOCAL,
    NETWORK,
    MOVED
  }

  @BeforeEach
  void start() throws Exception {
    sides = new Sides(directory);
    String address = sides.network().endpoint().address();
    plain =
        NettyChannelBuilder.forTarget(address.substring("tcp://".length())).usePlaintext().build();
  }

  @AfterEach
  void stop() throws InterruptedException {
    sides.close();
    assertThat(plain.shutdownNow().awaitTermination(5, TimeUnit.SECONDS)).isTrue();
  }

  private Channel channel(Way way) {
    if (way == Way.PLAIN) {
      return plain;
    }
    if (way != Way.LOCAL) {
      sides.switchedOn();
    }
    if (way == Way.MOVED) {
      sides.network().behave(failOnEnd());
    }
    return sides.channel();
  }

  /** Reads all that is sent, and fails then. */
  private static Behaviour failOnEnd() {
    return (name, call, headers) ->
        new ServerCall.Listener<>() {
          @Override
          public void onMessage(String message) {
            call.request(1);
          }

          @Override
          public void onHalfClose() {
            call.close(Status.UNAVAILABLE, new Metadata());
          }
        };
  }

  private static String server(Way way) {
    return way == Way.PLAIN || way == Way.NETWORK ? "network" : "local";
  }

  private List<Received> received(Way way) {
    return server(way).equals("local") ? sides.local().received() : sides.network().received();
  }

  @ParameterizedTest
  @EnumSource
  void compressed_call_arrives_compressed(Way way) {
    RecordingListener listener = new RecordingListener();
    ClientCall<String, String> call =
        channel(way).newCall(CHECK_OBJECTS_EXIST, CallOptions.DEFAULT.withCompression("gzip"));
    call.start(listener, new Metadata());
    call.request(10);
    call.setMessageCompression(true);
    call.sendMessage("squeezed");
    call.setMessageCompression(false);
    call.sendMessage("plain");
    call.halfClose();
    listener.assertTold("headers", server(way) + ":squeezed", server(way) + ":plain", "close OK");
    assertThat(received(way).get(0).headers().get(ENCODING)).isEqualTo("gzip");
  }

  @ParameterizedTest
  @EnumSource
  void callbacks_run_where_the_caller_says(Way way) {
    Queue<String> threads = new ConcurrentLinkedQueue<>();
    ExecutorService own =
        Executors.newSingleThreadExecutor(task -> new Thread(task, "the-caller-s-own"));
    try {
      RecordingListener listener = new RecordingListener();
      ClientCall<String, String> call =
          channel(way).newCall(FIND_COMMIT, CallOptions.DEFAULT.withExecutor(own));
      call.start(
          new io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener<>(listener) {
            @Override
            public void onHeaders(Metadata headers) {
              threads.add(Thread.currentThread().getName());
              super.onHeaders(headers);
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
              threads.add(Thread.currentThread().getName());
              super.onClose(status, trailers);
            }
          },
          new Metadata());
      call.request(2);
      call.sendMessage("a");
      call.halfClose();
      listener.assertTold("headers", server(way) + ":a", "close OK");
      assertThat(threads).containsExactly("the-caller-s-own", "the-caller-s-own");
    } finally {
      own.shutdown();
    }
  }

  @ParameterizedTest
  @EnumSource
  void message_that_is_larger_than_the_caller_allows_ends_the_call(Way way) {
    assertEndsOnSend(way, FIND_COMMIT, CallOptions.DEFAULT.withMaxOutboundMessageSize(16));
  }

  @ParameterizedTest
  @EnumSource
  void message_that_cannot_be_marshalled_ends_the_call(Way way) {
    MethodDescriptor<String, String> broken =
        FIND_COMMIT.toBuilder()
            .setRequestMarshaller(GitalyMethods.refusing("no such message"))
            .build();
    assertEndsOnSend(way, broken, CallOptions.DEFAULT);
  }

  private void assertEndsOnSend(
      Way way, MethodDescriptor<String, String> method, CallOptions options) {
    Channel channel = channel(way);
    RecordingListener warm = new RecordingListener();
    begin(channel, CallOptions.DEFAULT, warm);
    assertThat(warm.status().isOk()).isTrue();
    RecordingListener listener = new RecordingListener();
    ClientCall<String, String> call = channel.newCall(method, options);
    call.start(listener, new Metadata());
    call.request(2);
    call.sendMessage("a".repeat(64));
    call.halfClose();
    listener.assertTold("close CANCELLED");
    assertThat(listener.status().getCause()).isNotNull();
    await().until(() -> sides.router().status().networkInFlight() == 0);
    assertThat(sides.meters().get("gitaly.route.replay.bytes").gauge().value()).isZero();
  }

  @Test
  void call_that_waits_for_ready_waits_for_the_local_side() throws Exception {
    sides.local().kill();
    RecordingListener waiting = new RecordingListener();
    RecordingListener impatient = new RecordingListener();
    begin(sides.channel(), CallOptions.DEFAULT, impatient);
    assertThat(impatient.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    begin(sides.channel(), CallOptions.DEFAULT.withWaitForReady(), waiting);
    await().during(Duration.ofMillis(200)).until(() -> waiting.told().isEmpty());
    sides.local().start();
    waiting.assertTold("headers", "local:a", "close OK");
  }

  private static void begin(Channel channel, CallOptions options, RecordingListener listener) {
    ClientCall<String, String> call = channel.newCall(FIND_COMMIT, options);
    call.start(listener, new Metadata());
    call.request(2);
    call.sendMessage("a");
    call.halfClose();
  }
}
