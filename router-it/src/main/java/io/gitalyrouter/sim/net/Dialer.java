package io.gitalyrouter.sim.net;

import io.gitalyrouter.sim.server.SimServer;
import io.gitalyrouter.sim.time.Chance;
import io.gitalyrouter.sim.time.VirtualTime;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections, one attempt at a time, and pauses after each that fails. An attempt at a
 * server that accepts and never speaks has no end of its own, as in grpc. <em>Not thread-safe;
 * confined to the thread that runs the simulation.</em>
 */
final class Dialer {
  /** After so long an unanswered first packet is sent again. */
  private static final long RESEND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final VirtualTime time;
  private final SimServer server;
  private final Wire wire;
  private final Backoff backoff;
  private final Consumer<Connection> onConnected;
  private final Consumer<Status> onFailed;
  private final Consumer<Connection> onLost;
  private int attempt;
  private boolean dialing;
  private long startedNanos;
  private VirtualTime.@Nullable Event pause;

  /** Accepted by a server that has not spoken yet. */
  private @Nullable Connection silent;

  Dialer(
      VirtualTime time,
      SimServer server,
      Wire wire,
      Chance chance,
      Consumer<Connection> onConnected,
      Consumer<Status> onFailed,
      Consumer<Connection> onLost) {
    this.time = time;
    this.server = server;
    this.wire = wire;
    this.backoff = new Backoff(chance);
    this.onConnected = onConnected;
    this.onFailed = onFailed;
    this.onLost = onLost;
  }

  /** Begins an attempt, unless one is under way. */
  void dial() {
    if (dialing) {
      return;
    }
    pause = null;
    dialing = true;
    startedNanos = time.nanos();
    int mine = ++attempt;
    time.after(wire.connect().toNanos(), () -> arrive(mine));
  }

  /** Ends the pause after a failure; the next ones are short again. */
  void resetBackoff() {
    if (pause != null) {
      pause.cancel();
      backoff.reset();
      dial();
    }
  }

  /** Forgets the attempt, or the pause, that is under way. */
  void abandon() {
    attempt++;
    dialing = false;
    backoff.reset();
    if (pause != null) {
      pause.cancel();
      pause = null;
    }
    if (silent != null) {
      silent.close();
      silent = null;
    }
  }

  private void arrive(int mine) {
    if (mine != attempt) {
      return;
    }
    switch (server.link()) {
      case OPEN -> connected(new Connection(time, server, wire, onLost));
      case DOWN -> failed("Connection refused: " + server.name());
      case FROZEN -> waitForWord(mine);
      case BLACK_HOLE -> sendAgain(mine);
    }
  }

  private void waitForWord(int mine) {
    Connection connection =
        new Connection(
            time,
            server,
            wire,
            lost -> {
              if (mine != attempt) {
                return;
              }
              if (dialing) {
                failed("Connection reset by peer: " + server.name());
              } else {
                onLost.accept(lost);
              }
            });
    silent = connection;
    server.whenOpen(
        () -> {
          if (mine == attempt) {
            connected(connection);
          }
        });
  }

  private void sendAgain(int mine) {
    long spent = time.nanos() - startedNanos;
    long left = wire.connectTimeout().toNanos() - spent;
    if (left <= 0) {
      failed("connection timed out: " + server.name());
    } else {
      time.after(Math.min(left, RESEND_NANOS), () -> arrive(mine));
    }
  }

  private void connected(Connection connection) {
    dialing = false;
    silent = null;
    backoff.reset();
    connection.speak();
    onConnected.accept(connection);
  }

  private void failed(String why) {
    dialing = false;
    silent = null;
    long left = backoff.next() - (time.nanos() - startedNanos);
    pause = time.after(left, this::dial);
    onFailed.accept(Status.UNAVAILABLE.withDescription("io exception: " + why));
  }
}
