package io.gitalyrouter.call;

import io.gitalyrouter.breaker.RouteBreaker.Permit;
import io.gitalyrouter.transport.LiveEndpoint;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;

/**
 * Sees how far an attempt got on the wire, and passes on every sign of life: of the endpoint to its
 * watch, of an answer to the breaker. When grpc sends an attempt again by itself, all its streams
 * count. <em>Thread-safe.</em>
 */
final class AttemptTrace extends ClientStreamTracer.Factory {
  private final LiveEndpoint endpoint;
  private final Permit permit;

  /** Written by an I/O thread before the attempt's end is told, read by who decides after it. */
  private volatile boolean streamCreated;

  /** As {@link #streamCreated}. */
  private volatile boolean headersLeft;

  AttemptTrace(LiveEndpoint endpoint, Permit permit) {
    this.endpoint = endpoint;
    this.permit = permit;
  }

  /** Whether a connection took the attempt; until then it is queued in this process. */
  boolean hasStream() {
    return streamCreated;
  }

  /** Whether the request's headers went out whole; if not, the server cannot have seen the call. */
  boolean headersLeft() {
    return headersLeft;
  }

  @Override
  public ClientStreamTracer newClientStreamTracer(
      ClientStreamTracer.StreamInfo info, Metadata headers) {
    return new ClientStreamTracer() {
      @Override
      public void streamCreated(io.grpc.Attributes transport, Metadata sent) {
        streamCreated = true;
      }

      @Override
      public void outboundHeaders() {
        headersLeft = true;
      }

      @Override
      public void inboundHeaders() {
        endpoint.heard();
        permit.answered();
      }

      @Override
      public void inboundMessage(int number) {
        endpoint.heard();
      }

      @Override
      public void inboundWireSize(long bytes) {
        endpoint.heard();
      }

      @Override
      public void inboundTrailers(Metadata trailers) {
        endpoint.heard();
        permit.answered();
      }
    };
  }
}
