package io.gitalyrouter.standin.door;

import io.grpc.Attributes;
import io.grpc.ServerTransportFilter;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Counts the connections of one transport. *Thread-safe.* */
public final class Connections extends ServerTransportFilter {
  private final String transport;
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong closed = new AtomicLong();

  /** Counts for {@code unix}, {@code tcp} or {@code tls}. */
  public Connections(String transport) {
    this.transport = transport;
  }

  @Override
  public Attributes transportReady(Attributes attributes) {
    accepted.incrementAndGet();
    return attributes;
  }

  @Override
  public void transportTerminated(@Nullable Attributes attributes) {
    // Also called for a connection that broke before it was ready; that one was never counted.
    if (attributes != null) {
      closed.incrementAndGet();
    }
  }

  /** The transport counted here. */
  public String transport() {
    return transport;
  }

  /** Connections that were ready for calls at some time. */
  public long accepted() {
    return accepted.get();
  }

  /** Connections that are there now. */
  public long open() {
    // Closed is read first, so that a connection that comes and goes between cannot make this < 0.
    long gone = closed.get();
    return accepted.get() - gone;
  }
}
