package io.gitalyrouter.sim.net;

import io.gitalyrouter.sim.server.Link;
import io.gitalyrouter.sim.server.Peer;
import io.gitalyrouter.sim.server.SimServer;
import io.gitalyrouter.sim.time.VirtualTime;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A connection with its streams, watched by keepalive pings. <em>Not thread-safe; confined to the
 * thread that runs the simulation.</em>
 */
final class Connection implements Peer {
  private final VirtualTime time;
  private final SimServer server;
  private final Wire wire;
  private final Consumer<Connection> onLost;
  private final Set<SimStream> streams = new LinkedHashSet<>();
  private boolean open = true;
  private boolean draining;
  private long heardNanos;

  Connection(VirtualTime time, SimServer server, Wire wire, Consumer<Connection> onLost) {
    this.time = time;
    this.server = server;
    this.wire = wire;
    this.onLost = onLost;
    this.heardNanos = time.nanos();
    server.accept(this);
  }

  /** The server has spoken: the connection can be used, and is watched. */
  void speak() {
    heardNanos = time.nanos();
    if (!wire.keepAliveTime().isZero()) {
      watchSilence();
    }
  }

  SimStream open(SimCall<?, ?> call) {
    SimStream stream = new SimStream(this, server, call);
    streams.add(stream);
    return stream;
  }

  /** A stream is over for the client. */
  void forget(SimStream stream) {
    streams.remove(stream);
    if (draining && streams.isEmpty()) {
      close();
    }
  }

  boolean isOpen() {
    return open;
  }

  /** Takes no more streams, and closes behind the last. */
  void drain() {
    draining = true;
    if (streams.isEmpty()) {
      close();
    }
  }

  /** The client's packet reaches the server, if the connection lives and packets get through. */
  void toServer(Runnable arrival) {
    time.after(
        wire.oneWay().toNanos(),
        () -> {
          if (server.link() != Link.DOWN) {
            server.whenOpen(arrival);
          }
        });
  }

  /** The server's packet reaches the client, if the connection lives and packets get through. */
  void toClient(Runnable arrival) {
    server.whenOpen(
        () ->
            time.after(
                wire.oneWay().toNanos(),
                () -> {
                  if (open) {
                    heardNanos = time.nanos();
                    arrival.run();
                  }
                }));
  }

  @Override
  public void reset() {
    time.after(wire.oneWay().toNanos(), () -> lose("Connection reset by peer"));
  }

  private void lose(String why) {
    if (open) {
      close();
      Status status = Status.UNAVAILABLE.withDescription(why + ": " + server.name());
      List<SimStream> cut = new ArrayList<>(streams);
      streams.clear();
      cut.forEach(stream -> stream.cutOff(status));
      onLost.accept(this);
    }
  }

  void close() {
    open = false;
    server.forget(this);
  }

  private void watchSilence() {
    long silent = time.nanos() - heardNanos;
    long left = wire.keepAliveTime().toNanos() - silent;
    time.after(left > 0 ? left : 0, left > 0 ? this::ifOpenWatch : this::ping);
  }

  private void ifOpenWatch() {
    if (open) {
      watchSilence();
    }
  }

  private void ping() {
    if (!open) {
      return;
    }
    long sentNanos = time.nanos();
    toServer(() -> toClient(() -> {}));
    time.after(
        wire.keepAliveTimeout().toNanos(),
        () -> {
          if (open && heardNanos <= sentNanos) {
            lose("Keepalive failed. The connection is likely gone");
          } else {
            ifOpenWatch();
          }
        });
  }
}
