package io.gitalyrouter.history;

import io.gitalyrouter.event.EndpointState;
import io.gitalyrouter.standin.StandInControl;
import io.gitalyrouter.standin.StandInProcess;
import io.gitalyrouter.standin.proto.Answer;
import io.gitalyrouter.standin.proto.Fault;
import io.gitalyrouter.standin.proto.MethodCount;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;

/**
 * Where faults happen while callers call: what a fault can do, and what it can wait for. <em>Not
 * thread-safe; confined to the test.</em>
 *
 * @param site the processes and the router
 * @param callers who calls meanwhile
 * @param quiet the times in which a server was out of the routing, in order
 */
record Stage(Site site, Callers callers, List<QuietTime> quiet) {
  /** A stage on which nothing has happened yet. */
  Stage(Site site, Callers callers) {
    this(site, callers, new ArrayList<>());
  }

  StandInProcess network() {
    return site.network();
  }

  StandInControl control() {
    return site.network().control();
  }

  /** Waits until this many more calls have ended, whoever served them. */
  void calls(long count) {
    long enough = callers.ended() + count;
    RouterWatch.until(count + " more calls", () -> callers.ended() >= enough);
  }

  /** Waits until the network side has answered this many more calls. */
  void networkCalls(long count) {
    long enough = callers.servedByNetwork() + count;
    RouterWatch.until(
        count + " more calls over the network", () -> callers.servedByNetwork() >= enough);
  }

  /** Waits until no call is routed to the network side any more. */
  void left() {
    RouterWatch.until(
        "the network side is left", () -> site.watch().networkState() != EndpointState.READY);
  }

  /** Waits until the network side is in use again, and serves. */
  void recovered() {
    RouterWatch.until("the network side is in use", site.watch()::isNetworkInUse);
    networkCalls(20);
    RouterWatch.until("the network side stays in use", site.watch()::isNetworkInUse);
  }

  /**
   * Waits until no call knows a fault any more, and the network side is in use after all: what the
   * last call that hung tells the breaker comes late.
   */
  void over() {
    long now = System.nanoTime();
    RouterWatch.until("every caller goes on", () -> callers.haveAllGoneOnSince(now));
    recovered();
  }

  /** Answers a share of the calls of a method with a status, and waits until it has struck. */
  void answer(Status.Code code, String method, double fraction, long strikes) {
    answerOn(network(), code, method, fraction, strikes);
  }

  /** As {@link #answer}, on any server. */
  void answerOn(
      StandInProcess server, Status.Code code, String method, double fraction, long strikes) {
    server.control().addFault(answering(code, method, fraction));
    struck(server, strikes);
    server.control().clearFaults();
  }

  static Fault answering(Status.Code code, String method, double fraction) {
    return Fault.newBuilder()
        .setMethod(method)
        .setFraction(fraction)
        .setAnswer(Answer.newBuilder().setCode(code.value()).setMessage("planted"))
        .build();
  }

  /** Waits until the only fault of the network server has struck so often, then ends it. */
  void struckThenCleared(long strikes) {
    struck(network(), strikes);
    control().clearFaults();
  }

  private static void struck(StandInProcess server, long strikes) {
    RouterWatch.until(
        "the fault strikes " + strikes + " times",
        () -> server.control().counters().getFaults(0).getStruck() >= strikes);
  }

  /**
   * Takes a server out of the routing while calls go on, and brings it back.
   *
   * @param counted whether the server can be asked what it received; a frozen one cannot
   */
  void quietly(
      String label, Server server, Runnable out, Runnable drained, Runnable back, boolean counted) {
    out.run();
    long from = System.nanoTime();
    drained.run();
    StandInProcess process = server == Server.NETWORK ? network() : site.local();
    long before = counted ? received(process) : 0;
    calls(100);
    long strays = counted ? received(process) - before : 0;
    long to = System.nanoTime();
    quiet.add(new QuietTime(label, server, from, to, strays));
    back.run();
  }

  /** Waits until the router has no call on the network side. */
  void networkDrained() {
    RouterWatch.until("the drain", () -> site.router().status().networkInFlight() == 0);
  }

  /** Waits until the first local server holds no call of the router. */
  void localDrained() {
    String address = site.local().unixAddress();
    RouterWatch.until(
        "the drain",
        () ->
            site.router().status().endpoints().stream()
                .noneMatch(e -> e.address().equals(address) && e.inFlight() > 0));
  }

  private static long received(StandInProcess process) {
    return process.control().counters().getMethodsList().stream()
        .mapToLong(MethodCount::getStarted)
        .sum();
  }
}
