package io.gitalyrouter.sim;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What others do: choose a side when a call begins, look at how it ended, never move it. <em>Not
 * thread-safe; confined to the thread that runs the simulation.</em>
 */
abstract class Baseline extends Channel {
  private final Channel local;
  private final Channel network;
  private boolean on = true;

  Baseline(World world) {
    this.local = world.openLocal();
    this.network = world.openNetwork();
  }

  /** Where a call goes. */
  enum Side {
    LOCAL,
    NETWORK,
    /** Nowhere: it fails at once. */
    REFUSED
  }

  /**
   * A choice.
   *
   * @param side where the call goes
   * @param whenEnded hears whether its status speaks of a sick server
   */
  record Choice(Side side, Consumer<Boolean> whenEnded) {
    static Choice of(Side side) {
      return new Choice(side, sick -> {});
    }
  }

  /** Chooses for a call that begins now; asked only while the network side is switched on. */
  abstract Choice choose();

  @Override
  public final <Q, P> ClientCall<Q, P> newCall(MethodDescriptor<Q, P> method, CallOptions options) {
    Choice choice = on ? choose() : Choice.of(Side.LOCAL);
    if (choice.side() == Side.REFUSED) {
      return new Refusal<>();
    }
    Channel channel = choice.side() == Side.LOCAL ? local : network;
    return new SimpleForwardingClientCall<>(channel.newCall(method, options)) {
      @Override
      public void start(Listener<P> listener, Metadata headers) {
        super.start(
            new SimpleForwardingClientCallListener<>(listener) {
              @Override
              public void onClose(Status status, Metadata trailers) {
                choice.whenEnded().accept(isSick(status));
                super.onClose(status, trailers);
              }
            },
            headers);
      }
    };
  }

  /** Every status but those that say that the request was wrong. */
  private static boolean isSick(Status status) {
    return switch (status.getCode()) {
      case OK,
          CANCELLED,
          NOT_FOUND,
          INVALID_ARGUMENT,
          ALREADY_EXISTS,
          FAILED_PRECONDITION,
          ABORTED,
          OUT_OF_RANGE ->
          false;
      default -> true;
    };
  }

  @Override
  public String authority() {
    return "localhost";
  }

  /** Ops switch the network side on or off. */
  void role(boolean switchedOn) {
    on = switchedOn;
  }

  /** Fails when it starts. */
  private static final class Refusal<Q, P> extends ClientCall<Q, P> {
    @Override
    public void start(Listener<P> listener, Metadata headers) {
      listener.onClose(Status.UNAVAILABLE.withDescription("the breaker is open"), new Metadata());
    }

    @Override
    public void request(int count) {}

    @Override
    public void cancel(@Nullable String message, @Nullable Throwable cause) {}

    @Override
    public void halfClose() {}

    @Override
    public void sendMessage(Q message) {}
  }
}
