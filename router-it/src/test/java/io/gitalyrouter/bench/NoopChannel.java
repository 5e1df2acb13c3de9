package io.gitalyrouter.bench;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A channel that is always connected and answers every call at once, in the caller's thread, with
 * one message: nothing is left to measure but what stands before it. <em>Thread-safe.</em>
 */
final class NoopChannel extends ManagedChannel {
  private final byte[] serverInfo;
  private final Object answer;
  private final Questions questions;

  /** Written by shutdown, read by whoever asks. */
  private volatile boolean isShutdown;

  /**
   * A channel to a server of these answers.
   *
   * @param serverInfo the answer to ServerInfo, as protobuf
   * @param answer the answer to all other methods but health checks, which are answered empty
   * @param questions counts those that a router asks on its own
   */
  NoopChannel(byte[] serverInfo, Object answer, Questions questions) {
    this.serverInfo = serverInfo;
    this.answer = answer;
    this.questions = questions;
  }

  @Override
  @SuppressWarnings("unchecked")
  public <Q, P> ClientCall<Q, P> newCall(MethodDescriptor<Q, P> method, CallOptions options) {
    String name = method.getFullMethodName();
    if (name.startsWith("gitaly.ServerService/")) {
      questions.survey();
      return new Answered<>(method.parseResponse(new ByteArrayInputStream(serverInfo)));
    }
    if (name.startsWith("grpc.health.")) {
      questions.check();
      return new Answered<>(method.parseResponse(new ByteArrayInputStream(new byte[0])));
    }
    return new Answered<>((P) answer);
  }

  @Override
  public String authority() {
    return "localhost";
  }

  @Override
  public ConnectivityState getState(boolean requestConnection) {
    return isShutdown ? ConnectivityState.SHUTDOWN : ConnectivityState.READY;
  }

  @Override
  public void notifyWhenStateChanged(ConnectivityState source, Runnable callback) {}

  @Override
  public void resetConnectBackoff() {}

  @Override
  public void enterIdle() {}

  @Override
  public ManagedChannel shutdown() {
    isShutdown = true;
    return this;
  }

  @Override
  public ManagedChannel shutdownNow() {
    return shutdown();
  }

  @Override
  public boolean isShutdown() {
    return isShutdown;
  }

  @Override
  public boolean isTerminated() {
    return isShutdown;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return isShutdown;
  }

  private static final class Answered<Q, P> extends ClientCall<Q, P> {
    private final P answer;
    private @Nullable Listener<P> listener;

    Answered(P answer) {
      this.answer = answer;
    }

    @Override
    public void start(Listener<P> responseListener, Metadata headers) {
      listener = responseListener;
    }

    @Override
    public void request(int count) {}

    @Override
    public void cancel(@Nullable String message, @Nullable Throwable cause) {
      end(Status.CANCELLED);
    }

    @Override
    public void halfClose() {
      Listener<P> told = listener;
      if (told != null) {
        told.onHeaders(new Metadata());
        told.onMessage(answer);
      }
      end(Status.OK);
    }

    private void end(Status status) {
      Listener<P> told = listener;
      listener = null;
      if (told != null) {
        told.onClose(status, new Metadata());
      }
    }

    @Override
    public void sendMessage(Q message) {}
  }
}
