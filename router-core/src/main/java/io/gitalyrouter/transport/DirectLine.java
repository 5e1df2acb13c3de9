package io.gitalyrouter.transport;

import io.gitalyrouter.event.RouterEvent.Trouble;
import io.gitalyrouter.event.RouterListener;
import io.gitalyrouter.route.Endpoint;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * A connection to one endpoint outside of any router, made as a router makes it: for checks before
 * a change. Nothing is routed, moved or retried. Questions block their caller.
 * <em>Thread-safe.</em>
 */
public final class DirectLine implements AutoCloseable {
  /** More than a check ever reads; it keeps a mistaken question from filling the memory. */
  private static final long MAX_ANSWER_BYTES = 64L << 20;

  private final Endpoint endpoint;
  private final ManagedChannel channel;
  private final byte[] secret;
  private final Clock wallClock;

  private DirectLine(Endpoint endpoint, ManagedChannel channel, byte[] secret, Clock wallClock) {
    this.endpoint = endpoint;
    this.channel = channel;
    this.secret = secret;
    this.wallClock = wallClock;
  }

  /**
   * Reads the endpoint's files; connects with the first question.
   *
   * @param wallClock dates the tokens
   * @throws IOException if a file cannot be used; the message says which, why, and what to do
   */
  public static DirectLine open(Endpoint endpoint, ChannelSource channels, Clock wallClock)
      throws IOException {
    byte[] secret = endpoint.token().secret();
    FollowedFiles once = new FollowedFiles(endpoint.address(), RouterListener.NONE, 0);
    return new DirectLine(endpoint, channels.open(endpoint, once), secret, wallClock);
  }

  /**
   * A question.
   *
   * @param method the method's full name, such as {@code gitaly.ServerService/ServerInfo}; unary or
   *     with a streamed answer
   * @param request the request message's bytes
   * @param timeout for all of the answer; above 0
   * @param tokenShift what the token's date differs from the clock by; zero in normal use
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared by value, never written into.
  public record Question(String method, byte[] request, Duration timeout, Duration tokenShift) {
    /** A question with an empty request, and a token of this moment. */
    public static Question of(String method, Duration timeout) {
      return new Question(method, new byte[0], timeout, Duration.ZERO);
    }

    /** The same question with another request. */
    public Question withRequest(byte[] bytes) {
      return new Question(method, bytes, timeout, tokenShift);
    }

    /** The same question with a token that is dated later, or earlier if the shift is below 0. */
    public Question withTokenShift(Duration shift) {
      return new Question(method, request, timeout, shift);
    }
  }

  /**
   * What came back.
   *
   * @param code grpc's name of the status that ended the call, such as {@code OK}
   * @param connected whether there was a connection to ask over
   * @param messages the messages that arrived before the end
   * @param certificates what the server showed, its own first; empty without TLS
   * @param trouble what went wrong, and what to do about it; empty if the code is OK
   */
  public record Answer(
      String code,
      boolean connected,
      List<byte[]> messages,
      List<X509Certificate> certificates,
      Optional<Trouble> trouble) {
    /** Copies the lists. */
    public Answer {
      messages = List.copyOf(messages);
      certificates = List.copyOf(certificates);
    }

    /** Whether all went well. */
    public boolean isOk() {
      return trouble.isEmpty();
    }
  }

  /** Asks, and waits for the answer; not longer than the question's timeout. */
  public Answer ask(Question question) {
    CallOptions options =
        CallOptions.DEFAULT.withDeadlineAfter(question.timeout().toNanos(), TimeUnit.NANOSECONDS);
    if (secret.length > 0) {
      Clock dated = Clock.offset(wallClock, question.tokenShift());
      options = options.withCallCredentials(new GitalyToken(secret, dated));
    }
    ClientCall<byte[], byte[]> call = channel.newCall(method(question), options);
    Collector collector = new Collector(call);
    call.start(collector, new Metadata());
    call.request(Integer.MAX_VALUE);
    call.sendMessage(question.request());
    call.halfClose();
    return collector.await();
  }

  private static MethodDescriptor<byte[], byte[]> method(Question question) {
    return RawUnary.method(question.method()).toBuilder()
        .setType(MethodType.SERVER_STREAMING)
        .build();
  }

  private Answer answer(Status status, List<byte[]> messages, Attributes transport) {
    return new Answer(
        status.getCode().name(),
        transport.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR) != null,
        messages,
        certificates(transport.get(Grpc.TRANSPORT_ATTR_SSL_SESSION)),
        status.isOk()
            ? Optional.empty()
            : Optional.of(TroubleText.of(endpoint, endpoint.address(), status)));
  }

  private static List<X509Certificate> certificates(@Nullable SSLSession session) {
    try {
      return session == null
          ? List.of()
          : Arrays.stream(session.getPeerCertificates()).map(X509Certificate.class::cast).toList();
    } catch (SSLPeerUnverifiedException e) {
      return List.of();
    }
  }

  /** Ends the connection at once. */
  @Override
  public void close() {
    channel.shutdownNow();
  }

  /**
   * Collects one answer. <em>Confined to the call's executor; the future hands the answer to the
   * asking thread.</em>
   */
  private final class Collector extends ClientCall.Listener<byte[]> {
    private final ClientCall<byte[], byte[]> call;
    private final CompletableFuture<Answer> done = new CompletableFuture<>();
    private final List<byte[]> messages = new ArrayList<>();
    private long bytes;

    Collector(ClientCall<byte[], byte[]> call) {
      this.call = call;
    }

    @Override
    public void onMessage(byte[] message) {
      bytes += message.length;
      if (bytes > MAX_ANSWER_BYTES) {
        call.cancel("the answer is larger than " + MAX_ANSWER_BYTES + " bytes", null);
        return;
      }
      messages.add(message);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      done.complete(answer(status, messages, call.getAttributes()));
    }

    Answer await() {
      try {
        return done.get();
      } catch (InterruptedException e) {
        call.cancel("interrupted", e);
        Thread.currentThread().interrupt();
        return answer(Status.CANCELLED.withDescription("interrupted"), List.of(), Attributes.EMPTY);
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause());
      }
    }
  }
}
