package io.gitalyrouter.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The score catches what must never happen: contenders that do it on purpose. */
final class PlantedFaultTest {
  @Test
  void mutation_that_runs_on_both_sides_is_counted_as_doubled() {
    Score score = Run.score(Scenarios.all().get(1), world -> new Careless(world, true));
    assertThat(score.doubled()).isPositive();
  }

  @Test
  void mutation_that_is_acknowledged_and_never_ran_is_counted_as_lost() {
    Score score = Run.score(Scenarios.all().get(1), world -> new Careless(world, false));
    assertThat(score.lost()).isPositive();
  }

  /** Sends mutations to both sides, or to none. */
  private static final class Careless extends Channel implements Contender {
    private final Channel local;
    private final Channel network;
    private final boolean doubles;

    Careless(World world, boolean doubles) {
      this.local = world.openLocal();
      this.network = world.openNetwork();
      this.doubles = doubles;
    }

    @Override
    public <Q, P> ClientCall<Q, P> newCall(MethodDescriptor<Q, P> method, CallOptions options) {
      if (!method.getFullMethodName().endsWith("WriteRef")) {
        return local.newCall(method, options);
      }
      return doubles
          ? new Twice<>(local.newCall(method, options), network.newCall(method, options))
          : new Never<>();
    }

    @Override
    public String authority() {
      return "localhost";
    }

    @Override
    public Channel channel(String storage) {
      return this;
    }

    @Override
    public void role(boolean on) {}

    @Override
    public long moved() {
      return 0;
    }

    @Override
    public List<String> timeline() {
      return List.of();
    }

    @Override
    public void close() {}
  }

  /** Acknowledges what it never sends. */
  private static final class Never<Q, P> extends ClientCall<Q, P> {
    @Override
    public void start(Listener<P> listener, Metadata headers) {
      listener.onClose(Status.OK, new Metadata());
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

  /** Sends everything twice, and answers with what comes from the first. */
  private static final class Twice<Q, P> extends ClientCall<Q, P> {
    private final ClientCall<Q, P> first;
    private final ClientCall<Q, P> second;

    Twice(ClientCall<Q, P> first, ClientCall<Q, P> second) {
      this.first = first;
      this.second = second;
    }

    @Override
    public void start(Listener<P> listener, Metadata headers) {
      Metadata copy = new Metadata();
      copy.merge(headers);
      first.start(listener, headers);
      second.start(new Listener<>() {}, copy);
    }

    @Override
    public void request(int count) {
      first.request(count);
      second.request(count);
    }

    @Override
    public void cancel(@Nullable String message, @Nullable Throwable cause) {
      first.cancel(message, cause);
      second.cancel(message, cause);
    }

    @Override
    public void halfClose() {
      first.halfClose();
      second.halfClose();
    }

    @Override
    public void sendMessage(Q message) {
      first.sendMessage(message);
      second.sendMessage(message);
    }
  }
}
