package io.gitalyrouter.sim.net;

import io.gitalyrouter.sim.server.Incoming;
import io.gitalyrouter.sim.server.SimServer;
import io.grpc.Metadata;
import io.grpc.Status;

/**
 * One call on one connection, between its client and its server. <em>Not thread-safe; confined to
 * the thread that runs the simulation.</em>
 */
final class SimStream implements Incoming {
  static final Metadata.Key<String> SERVED_BY =
      Metadata.Key.of("sim-served-by", Metadata.ASCII_STRING_MARSHALLER);
  static final Metadata.Key<byte[]> DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private final Connection connection;
  private final SimServer server;
  private final SimCall<?, ?> call;

  /** Whether the server has heard that the client gave up. */
  private boolean gone;

  SimStream(Connection connection, SimServer server, SimCall<?, ?> call) {
    this.connection = connection;
    this.server = server;
    this.call = call;
  }

  /** Sends the whole request. */
  void transmit() {
    connection.toServer(
        () -> {
          if (connection.isOpen()) {
            server.receive(this);
          }
        });
  }

  /** The client ends the stream before the server does. */
  void giveUp() {
    connection.forget(this);
    connection.toServer(() -> gone = true);
  }

  /** The connection is lost. */
  void cutOff(Status status) {
    connection.toServer(() -> gone = true);
    call.end(status, new Metadata());
  }

  @Override
  public long number() {
    return call.number();
  }

  @Override
  public String method() {
    return call.methodName();
  }

  @Override
  public Object request() {
    return call.request();
  }

  @Override
  public boolean isGone() {
    return gone;
  }

  @Override
  public void headers() {
    connection.toClient(
        () -> {
          Metadata headers = new Metadata();
          headers.put(SERVED_BY, server.name());
          call.onHeaders(headers);
        });
  }

  @Override
  public void message(byte[] bytes) {
    connection.toClient(() -> call.onMessage(bytes));
  }

  @Override
  public void close(Status status, boolean detailed) {
    connection.toClient(
        () -> {
          connection.forget(this);
          Metadata trailers = new Metadata();
          if (detailed) {
            trailers.put(DETAILS, new byte[] {1});
          }
          call.onTrailers(status, trailers);
        });
  }
}
