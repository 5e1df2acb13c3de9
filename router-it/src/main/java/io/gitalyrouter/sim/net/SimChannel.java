package io.gitalyrouter.sim.net;

import io.gitalyrouter.sim.server.SimServer;
import io.gitalyrouter.sim.time.Chance;
import io.gitalyrouter.sim.time.VirtualTime;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A channel to one server, as grpc's own with pick-first:
 *
 * <pre>
 *   IDLE --a call, or asked to--> CONNECTING --> READY --connection lost--> IDLE
 *                                     |
 *                                     +--attempt failed--> TRANSIENT_FAILURE --> READY
 * </pre>
 *
 * <p>TRANSIENT_FAILURE stays while further attempts are made; calls fail at once then. <em>Not
 * thread-safe; confined to the thread that runs the simulation.</em>
 */
public final class SimChannel extends ManagedChannel {
  private final VirtualTime time;
  private final SimServer server;
  private final Dialer dialer;
  private final Set<SimCall<?, ?>> waiting = new LinkedHashSet<>();
  private final Set<SimCall<?, ?>> running = new LinkedHashSet<>();
  private List<Watcher> watchers = new ArrayList<>();
  private ConnectivityState state = ConnectivityState.IDLE;
  private Status failure = Status.UNAVAILABLE;
  private @Nullable Connection connection;

  /** A channel that has not connected yet. */
  public SimChannel(VirtualTime time, SimServer server, Wire wire, Chance chance) {
    this.time = time;
    this.server = server;
    this.dialer =
        new Dialer(time, server, wire, chance, this::onConnected, this::onFailed, this::onLost);
  }

  @Override
  public <Q, P> ClientCall<Q, P> newCall(MethodDescriptor<Q, P> method, CallOptions options) {
    return new SimCall<>(this, time, method, options);
  }

  @Override
  public String authority() {
    return server.name();
  }

  void submit(SimCall<?, ?> call) {
    running.add(call);
    if (call.number() >= 0) {
      server.journal().handed(call.number(), server.name());
    }
    switch (state) {
      case READY -> board(call);
      case IDLE, CONNECTING -> {
        waiting.add(call);
        connect();
      }
      case TRANSIENT_FAILURE -> failOrWait(call);
      case SHUTDOWN -> call.end(shutdownStatus(), new Metadata());
    }
  }

  private void board(SimCall<?, ?> call) {
    if (connection != null) {
      call.board(connection);
    }
  }

  private void failOrWait(SimCall<?, ?> call) {
    if (call.isWaitForReady()) {
      waiting.add(call);
    } else {
      call.end(failure, new Metadata());
    }
  }

  /** The call gave up; it may have been waiting. */
  void forget(SimCall<?, ?> call) {
    waiting.remove(call);
  }

  void ended(SimCall<?, ?> call) {
    running.remove(call);
  }

  private void connect() {
    if (state == ConnectivityState.IDLE) {
      goTo(ConnectivityState.CONNECTING);
      dialer.dial();
    }
  }

  private void onConnected(Connection made) {
    if (state == ConnectivityState.SHUTDOWN) {
      made.close();
      return;
    }
    connection = made;
    goTo(ConnectivityState.READY);
    List<SimCall<?, ?>> now = new ArrayList<>(waiting);
    waiting.clear();
    now.forEach(this::board);
  }

  private void onFailed(Status status) {
    if (state == ConnectivityState.SHUTDOWN) {
      return;
    }
    failure = status;
    goTo(ConnectivityState.TRANSIENT_FAILURE);
    List<SimCall<?, ?>> now = new ArrayList<>(waiting);
    waiting.clear();
    now.forEach(this::failOrWait);
  }

  private void onLost(Connection lost) {
    if (lost == connection && state == ConnectivityState.READY) {
      connection = null;
      goTo(ConnectivityState.IDLE);
    }
  }

  @Override
  public ConnectivityState getState(boolean requestConnection) {
    ConnectivityState seen = state;
    if (requestConnection && seen == ConnectivityState.IDLE) {
      time.post(this::connect);
    }
    return seen;
  }

  @Override
  public void notifyWhenStateChanged(ConnectivityState source, Runnable callback) {
    if (state != source) {
      time.post(callback);
    } else {
      watchers.add(new Watcher(callback));
    }
  }

  private void goTo(ConnectivityState next) {
    if (state == next || state == ConnectivityState.SHUTDOWN) {
      return;
    }
    state = next;
    List<Watcher> told = watchers;
    watchers = new ArrayList<>();
    told.forEach(watcher -> time.post(watcher.callback()));
  }

  @Override
  public void resetConnectBackoff() {
    if (state != ConnectivityState.SHUTDOWN) {
      dialer.resetBackoff();
    }
  }

  @Override
  public void enterIdle() {
    if (state == ConnectivityState.IDLE || state == ConnectivityState.SHUTDOWN) {
      return;
    }
    dialer.abandon();
    letGoOfConnection();
    goTo(ConnectivityState.IDLE);
    if (!waiting.isEmpty()) {
      connect();
    }
  }

  private void letGoOfConnection() {
    if (connection != null) {
      connection.drain();
      connection = null;
    }
  }

  @Override
  public ManagedChannel shutdown() {
    if (state != ConnectivityState.SHUTDOWN) {
      goTo(ConnectivityState.SHUTDOWN);
      dialer.abandon();
      letGoOfConnection();
    }
    return this;
  }

  @Override
  public ManagedChannel shutdownNow() {
    shutdown();
    new ArrayList<>(running).forEach(call -> call.end(shutdownStatus(), new Metadata()));
    return this;
  }

  private static Status shutdownStatus() {
    return Status.UNAVAILABLE.withDescription("Channel shutdown invoked");
  }

  @Override
  public boolean isShutdown() {
    return state == ConnectivityState.SHUTDOWN;
  }

  @Override
  public boolean isTerminated() {
    return isShutdown() && running.isEmpty();
  }

  /** Does not wait: time stands still while somebody does. */
  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return isTerminated();
  }

  /** Wants to hear of the next state, once. */
  private record Watcher(Runnable callback) {}
}
