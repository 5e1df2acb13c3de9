package io.gitalyrouter.history;

import io.gitalyrouter.history.ObservedCall.Answer;
import io.gitalyrouter.history.ObservedCall.Times;
import io.gitalyrouter.standin.door.CallInterceptor;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call, watched from its beginning. It is kept when it has ended, so that a second end is
 * counted, too. <em>Not thread-safe; confined to the thread that begins it, then to its callbacks.
 * Read when all callers are idle.</em>
 */
final class CallerCall<Q, P> extends ClientCall.Listener<P> {
  private final long id;
  private final Question<Q, P> question;
  private final long deadlineNanos;
  private @Nullable Consumer<CallerCall<?, ?>> whenEnded;
  private @Nullable List<P> messages = new ArrayList<>(2);
  private long beginNanos;
  private long routedNanos;
  private long endNanos;
  private String headersFrom = "";
  private String trailersFrom = "";
  private String status = "";
  private @Nullable String description;
  private boolean whole;

  /** Written by the callbacks, read by whoever gathers the calls; publishes all other fields. */
  private volatile int closes;

  /** A call that has not begun; its end will be told once. */
  CallerCall(
      long id, Question<Q, P> question, Duration deadline, Consumer<CallerCall<?, ?>> whenEnded) {
    this.id = id;
    this.question = question;
    this.deadlineNanos = deadline.toNanos();
    this.whenEnded = whenEnded;
  }

  /** Begins it; the callbacks run on the executor, or if there is none, where the channel says. */
  void begin(Channel channel, @Nullable Executor executor) {
    Metadata headers = new Metadata();
    headers.put(CallInterceptor.CALL_ID, ServerBooks.id(id));
    beginNanos = System.nanoTime();
    CallOptions options =
        CallOptions.DEFAULT.withDeadlineAfter(deadlineNanos, TimeUnit.NANOSECONDS);
    ClientCall<Q, P> call =
        channel.newCall(
            question.method(), executor == null ? options : options.withExecutor(executor));
    call.start(this, headers);
    routedNanos = System.nanoTime();
    call.request(Integer.MAX_VALUE);
    question.requests().forEach(call::sendMessage);
    call.halfClose();
  }

  @Override
  public void onHeaders(Metadata headers) {
    headersFrom = server(headers);
  }

  @Override
  public void onMessage(P message) {
    if (messages != null) {
      messages.add(message);
    }
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // Callbacks come one after the other.
  public void onClose(Status end, Metadata trailers) {
    if (closes == 0) {
      endNanos = System.nanoTime();
      trailersFrom = server(trailers);
      status = end.getCode().name();
      description = end.getDescription();
      whole = messages != null && question.right().test(messages);
      messages = null;
    }
    closes++;
    Consumer<CallerCall<?, ?>> told = whenEnded;
    whenEnded = null;
    if (told != null) {
      told.accept(this);
    }
  }

  private static String server(Metadata metadata) {
    String name = metadata.get(CallInterceptor.SERVER);
    return name == null ? "" : name.intern();
  }

  boolean isServedByNetwork() {
    return status.equals("OK") && !trailersFrom.startsWith("unix");
  }

  /** What the status said; empty if nothing. */
  String description() {
    return description == null ? "" : description;
  }

  ObservedCall observed() {
    return new ObservedCall(
        id,
        question.method().getFullMethodName(),
        question.kind(),
        question.change(),
        new Times(beginNanos, routedNanos, endNanos, deadlineNanos),
        closes,
        status,
        new Answer(headersFrom, trailersFrom, whole));
  }
}
