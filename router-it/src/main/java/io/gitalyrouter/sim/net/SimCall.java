package io.gitalyrouter.sim.net;

import io.gitalyrouter.sim.time.VirtualTime;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.ClientStreamTracer.StreamInfo;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A call with one request message. It waits for a connection, then is a stream. Deadlines are the
 * options' own and must be of the virtual time; credentials are not asked. <em>Not thread-safe;
 * confined to the thread that runs the simulation.</em>
 */
final class SimCall<Q, P> extends ClientCall<Q, P> {
  /** Carries the number of the call. */
  static final Metadata.Key<String> NUMBER =
      Metadata.Key.of("x-gitaly-correlation-id", Metadata.ASCII_STRING_MARSHALLER);

  private final SimChannel channel;
  private final VirtualTime time;
  private final MethodDescriptor<Q, P> method;
  private final CallOptions options;
  private final Queue<byte[]> undelivered = new ArrayDeque<>();
  private List<ClientStreamTracer> tracers = List.of();
  private Metadata headers = new Metadata();
  private @Nullable Listener<P> listener;
  private @Nullable Q request;
  private @Nullable SimStream stream;
  private VirtualTime.@Nullable Event deadline;
  private @Nullable Runnable endWhenRead;
  private boolean halfClosed;
  private boolean over;
  private int demand;
  private int received;

  SimCall(
      SimChannel channel, VirtualTime time, MethodDescriptor<Q, P> method, CallOptions options) {
    this.channel = channel;
    this.time = time;
    this.method = method;
    this.options = options;
  }

  @Override
  public void start(Listener<P> responseListener, Metadata requestHeaders) {
    if (listener != null) {
      throw new IllegalStateException("already started");
    }
    listener = responseListener;
    headers = requestHeaders;
    StreamInfo about = StreamInfo.newBuilder().setCallOptions(options).build();
    tracers =
        options.getStreamTracerFactories().stream()
            .map(factory -> factory.newClientStreamTracer(about, requestHeaders))
            .toList();
    Deadline limit = options.getDeadline();
    if (limit != null) {
      long left = limit.timeRemaining(TimeUnit.NANOSECONDS);
      Status late = Status.DEADLINE_EXCEEDED.withDescription("CallOptions deadline exceeded");
      if (left <= 0) {
        end(late, new Metadata());
        return;
      }
      deadline = time.after(left, () -> abort(late));
    }
    channel.submit(this);
  }

  boolean isWaitForReady() {
    return options.isWaitForReady();
  }

  long number() {
    String text = headers.get(NUMBER);
    return text == null ? -1 : Long.parseLong(text);
  }

  String methodName() {
    return method.getFullMethodName();
  }

  Object request() {
    if (request == null) {
      throw new IllegalStateException("no request was sent");
    }
    return request;
  }

  /** A connection takes the call. */
  void board(Connection connection) {
    stream = connection.open(this);
    tracers.forEach(tracer -> tracer.streamCreated(Attributes.EMPTY, headers));
    tracers.forEach(ClientStreamTracer::outboundHeaders);
    if (halfClosed) {
      stream.transmit();
    }
  }

  @Override
  public void sendMessage(Q message) {
    if (request != null) {
      throw new IllegalStateException("calls of the simulation have one request message");
    }
    request = message;
  }

  @Override
  public void halfClose() {
    halfClosed = true;
    if (stream != null && !over) {
      stream.transmit();
    }
  }

  @Override
  public void request(int count) {
    demand = (int) Math.min(Integer.MAX_VALUE, (long) demand + count);
    time.post(this::deliver);
  }

  @Override
  public void cancel(@Nullable String message, @Nullable Throwable cause) {
    abort(Status.CANCELLED.withDescription(message).withCause(cause));
  }

  @Override
  public boolean isReady() {
    return stream != null && !over;
  }

  private void abort(Status status) {
    if (over) {
      return;
    }
    channel.forget(this);
    if (stream != null) {
      stream.giveUp();
    }
    end(status, new Metadata());
  }

  void onHeaders(Metadata responseHeaders) {
    if (!over && listener != null) {
      tracers.forEach(tracer -> tracer.inboundHeaders(responseHeaders));
      listener.onHeaders(responseHeaders);
    }
  }

  void onMessage(byte[] bytes) {
    if (!over) {
      int number = received++;
      tracers.forEach(tracer -> tracer.inboundMessage(number));
      undelivered.add(bytes);
      deliver();
    }
  }

  void onTrailers(Status status, Metadata trailers) {
    if (!over) {
      tracers.forEach(tracer -> tracer.inboundTrailers(trailers));
      endWhenRead = () -> end(status, trailers);
      deliver();
    }
  }

  private void deliver() {
    while (demand > 0 && !over && !undelivered.isEmpty() && listener != null) {
      demand--;
      listener.onMessage(method.parseResponse(new ByteArrayInputStream(undelivered.remove())));
    }
    if (undelivered.isEmpty() && endWhenRead != null) {
      endWhenRead.run();
    }
  }

  /** Ends the call for its caller, who hears it after what happens at this moment. */
  void end(Status status, Metadata trailers) {
    if (over) {
      return;
    }
    over = true;
    channel.ended(this);
    if (deadline != null) {
      deadline.cancel();
    }
    tracers.forEach(tracer -> tracer.streamClosed(status));
    Listener<P> told = listener;
    if (told != null) {
      time.post(() -> told.onClose(status, trailers));
    }
  }
}
