package io.gitalyrouter.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.fixture.RecordingListener;
import io.gitalyrouter.fixture.ScriptedCall;
import io.gitalyrouter.transport.FakeEndpoint;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

/** One call between two scripted sides. <em>Not thread-safe; confined to a test.</em> */
final class ScriptedMove {
  static final Metadata.Key<String> ID = Metadata.Key.of("id", Metadata.ASCII_STRING_MARSHALLER);

  final FakeSides sides = new FakeSides();
  final RecordingListener listener = new RecordingListener();
  final Metadata headers = new Metadata();

  void assertNothingIsLeft() {
    assertThat(sides.networkEndpoint.inFlight()).as("network leases").isZero();
    assertThat(sides.localEndpoint.inFlight()).as("local leases").isZero();
    assertThat(sides.budget.retainedBytes()).as("bytes kept").isZero();
    assertThat(FakeEndpoint.watchedCalls(sides.networkEndpoint)).as("watched calls").isZero();
  }

  /** A call that is started, asked for two messages, and has sent one. */
  FallbackCall<String, String> begin(MethodDescriptor<String, String> method) {
    FallbackCall<String, String> call = sides.call(method);
    headers.put(ID, "1");
    call.start(listener, headers);
    call.request(2);
    call.sendMessage("a");
    return call;
  }

  /** As above, and its headers have left. */
  FallbackCall<String, String> sent(MethodDescriptor<String, String> method) {
    FallbackCall<String, String> call = begin(method);
    network().leave();
    return call;
  }

  ScriptedCall network() {
    return sides.networkChannel.last();
  }

  ScriptedCall local() {
    return sides.localChannel.last();
  }

  static void answer(ScriptedCall call, String message) {
    call.listener().onHeaders(new Metadata());
    call.listener().onMessage(message);
  }

  void answerLocally() {
    answer(local(), "local");
    local().close(Status.OK);
  }
}
