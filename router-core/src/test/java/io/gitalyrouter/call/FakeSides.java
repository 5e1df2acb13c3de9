package io.gitalyrouter.call;

import io.gitalyrouter.breaker.MethodQuarantine;
import io.gitalyrouter.breaker.RouteBreaker;
import io.gitalyrouter.breaker.RouteBreaker.Permit;
import io.gitalyrouter.fixture.FakeChannel;
import io.gitalyrouter.method.MethodRules;
import io.gitalyrouter.route.BreakerSettings;
import io.gitalyrouter.route.Decision;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.route.RouteRule;
import io.gitalyrouter.route.StorageRoutes;
import io.gitalyrouter.transport.FakeEndpoint;
import io.gitalyrouter.transport.Lease;
import io.gitalyrouter.transport.LiveEndpoint;
import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/** Two sides without sockets, and calls that begin on the network one. */
final class FakeSides implements CallRecorder, RunningCall {
  /** What the recorder adds to the headers of an attempt. */
  static final Metadata.Key<String> ATTEMPT =
      Metadata.Key.of("attempt", Metadata.ASCII_STRING_MARSHALLER);

  final AtomicLong now = new AtomicLong();
  final FakeChannel localChannel = new FakeChannel();
  final FakeChannel networkChannel = new FakeChannel();
  final LiveEndpoint localEndpoint =
      FakeEndpoint.ready(Route.LOCAL, "unix:/gitaly.socket", localChannel, now::get);
  final LiveEndpoint networkEndpoint =
      FakeEndpoint.ready(Route.NETWORK, "tcp://file01:9999", networkChannel, now::get);
  final MethodQuarantine unknownMethods = new MethodQuarantine(now::get);
  final RouteBreaker breaker =
      RouteBreaker.create("s", BreakerSettings.DEFAULT, now::get, (from, to) -> {});
  final ReplayBudget budget;

  /** What the recorder heard, in order, without the messages. */
  final List<String> recorded = new ArrayList<>();

  /** The attempts that the recorder heard of, their first messages, and the commit. */
  final List<String> attempts = new ArrayList<>();

  /** The messages that the recorder heard of. */
  final List<String> messages = new ArrayList<>();

  /** What the caller does while a move is told. */
  Runnable onMoved = () -> {};

  /** What the local attempt had heard when its move had been told. */
  final List<String> heardLocallyWhenMoved = new ArrayList<>();

  FakeSides() {
    this(new ReplayBudget(100, 1000));
  }

  FakeSides(ReplayBudget budget) {
    this.budget = budget;
  }

  RouteSet.Network network() {
    return new RouteSet.Network(
        networkEndpoint,
        FakeEndpoint.sameStorage("s", localEndpoint, networkEndpoint),
        unknownMethods,
        breaker,
        /* deadlineShare= */ 0.7);
  }

  /** What all calls share; the executor runs the callbacks of refused ones. */
  CallSettings settings(Executor executor) {
    return new CallSettings(
        now::get, new Random(3), executor, budget, new MethodRules(), new SpareBytes());
  }

  /** A plan with its lease and its permit, as the routing channel makes it. */
  <Q, P> NetworkPlan<Q, P> plan(MethodDescriptor<Q, P> method, long shareEndsNanos) {
    Permit permit = breaker.tryAcquire();
    Lease lease = networkEndpoint.tryLease();
    if (permit == null || lease == null) {
      throw new AssertionError("the network side takes no call");
    }
    return new NetworkPlan<>(
        method,
        CallOptions.DEFAULT,
        new MethodRules().of(method),
        network(),
        lease,
        permit,
        localEndpoint::tryLease,
        this,
        settings(Runnable::run),
        shareEndsNanos,
        shareEndsNanos > 0);
  }

  /** A call that is not started. */
  <Q, P> FallbackCall<Q, P> call(MethodDescriptor<Q, P> method) {
    return new FallbackCall<>(plan(method, /* shareEndsNanos= */ 0), Context.ROOT);
  }

  /** The routes of storage "s" under a rule. */
  RouteSet set(RouteRule rule) {
    StorageRoutes routes =
        new StorageRoutes(
            "s", localEndpoint.endpoint(), Optional.of(networkEndpoint.endpoint()), rule);
    return new RouteSet(routes, localEndpoint, network(), this, AfterWrites.NONE);
  }

  /** A table with these routes. */
  LiveTable table(RouteRule rule) {
    return new LiveTable(1, "test", Optional.empty(), Map.of("s", set(rule)));
  }

  @Override
  public RunningCall started(MethodDescriptor<?, ?> method, Decision decision, long startNanos) {
    recorded.add("started " + decision.reason().label());
    return this;
  }

  @Override
  public void attempting(Route route, Metadata headers) {
    attempts.add(route.label());
    headers.put(ATTEMPT, route.label());
  }

  @Override
  public void committed() {
    attempts.add("committed");
  }

  @Override
  public void sent(Route route) {
    messages.add("sent " + route.label());
  }

  @Override
  public void received(Route route) {
    messages.add("received " + route.label());
  }

  @Override
  public void answered(Route route, long startNanos) {
    attempts.add("answered " + route.label() + " " + startNanos);
  }

  @Override
  public void moved(
      MethodDescriptor<?, ?> method, Status status, MoveCause cause, long startNanos) {
    recorded.add("moved " + cause.label() + " after " + status.getCode());
    onMoved.run();
    localChannel.calls().forEach(call -> heardLocallyWhenMoved.addAll(call.heard()));
  }

  @Override
  public void ended(Route served, Status.Code code, long startNanos) {
    recorded.add("ended " + served.label() + " " + code);
  }

  @Override
  public void committedEarly() {
    recorded.add("committed early");
  }
}
