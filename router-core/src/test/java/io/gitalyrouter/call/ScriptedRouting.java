package io.gitalyrouter.call;

import io.gitalyrouter.fixture.RecordingListener;
import io.gitalyrouter.fixture.ScriptedCall;
import io.gitalyrouter.route.RouteRule;
import io.gitalyrouter.route.RouteRule.BucketUnit;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A routing channel between two scripted sides. <em>Not thread-safe; confined to a test.</em> */
final class ScriptedRouting {
  static final RouteRule ALL = RouteRule.network("r", 100, BucketUnit.RPC);

  final FakeSides sides = new FakeSides();

  /** The tables that are read, one after the other; the last one stays. */
  final Deque<LiveTable> tables = new ArrayDeque<>();

  final List<Runnable> executed = new ArrayList<>();
  final Metadata headers = new Metadata();
  final RecordingListener listener = new RecordingListener();
  final RoutingChannel channel =
      new RoutingChannel(
          "s",
          () -> tables.size() > 1 ? tables.remove() : tables.element(),
          sides.settings(executed::add));

  ClientCall<String, String> start(MethodDescriptor<String, String> method) {
    return start(method, CallOptions.DEFAULT);
  }

  ClientCall<String, String> start(MethodDescriptor<String, String> method, CallOptions options) {
    ClientCall<String, String> call = channel.newCall(method, options);
    call.start(listener, headers);
    return call;
  }

  void rule(RouteRule rule) {
    tables.clear();
    tables.add(sides.table(rule));
  }

  String begun(MethodDescriptor<String, String> method) {
    sides.recorded.clear();
    start(method);
    return sides.recorded.get(0);
  }

  ScriptedCall network() {
    return sides.networkChannel.last();
  }

  ScriptedCall local() {
    return sides.localChannel.last();
  }
}
