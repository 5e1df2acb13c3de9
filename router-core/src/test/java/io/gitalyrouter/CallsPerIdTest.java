package io.gitalyrouter;

import static io.gitalyrouter.fixture.GitalyMethods.FIND_COMMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gitalyrouter.fixture.ShiftedTicker;
import io.gitalyrouter.fixture.Sides;
import io.gitalyrouter.fixture.TestGitaly.Behaviour;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.micrometer.core.instrument.DistributionSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class CallsPerIdTest {
  private static final Duration QUIET = Duration.ofMinutes(30);

  private static void call(Sides sides, String id) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("x-gitlab-correlation-id", Metadata.ASCII_STRING_MARSHALLER), id);
    String unused =
        ClientCalls.blockingUnaryCall(
            ClientInterceptors.intercept(
                sides.channel(), MetadataUtils.newAttachHeadersInterceptor(headers)),
            FIND_COMMIT,
            CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS),
            "x");
  }

  private static DistributionSummary summary(Sides sides, String route) {
    return sides
        .meters()
        .get("gitaly.route.calls.per.correlation.id")
        .tag("route", route)
        .summary();
  }

  @Test
  void calls_of_an_id_are_told_by_route_when_it_is_quiet(@TempDir Path directory)
      throws IOException {
    ShiftedTicker time = new ShiftedTicker();
    try (Sides sides =
        new Sides(
                directory,
                builder -> builder.environment(RealWorld.in(time)).callsPerCorrelationId(QUIET))
            .switchedOn()) {
      assertThat(summary(sides, "network").count()).as("there from the start").isZero();
      call(sides, "a");
      call(sides, "a");
      call(sides, "b");
      String unused = sides.call(FIND_COMMIT, "without an id");
      sides.network().behave(Behaviour.failing(Status.UNAVAILABLE));
      call(sides, "a");
      assertThat(summary(sides, "network").count()).as("not quiet yet").isZero();
      time.pass(QUIET);
      await()
          .atMost(Duration.ofSeconds(15))
          .untilAsserted(() -> assertThat(summary(sides, "network").count()).isEqualTo(2));
      assertThat(summary(sides, "network").max()).as("a's").isEqualTo(3);
      assertThat(summary(sides, "network").totalAmount()).isEqualTo(4);
      assertThat(summary(sides, "local").totalAmount()).as("a's that moved").isEqualTo(1);
    }
  }

  @Test
  void quiet_time_is_within_an_hour() {
    for (Duration wrong : new Duration[] {Duration.ofMillis(999), Duration.ofSeconds(3_601)}) {
      assertThatThrownBy(() -> GitalyRouter.builder().callsPerCorrelationId(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("quiet: " + wrong);
    }
  }
}
