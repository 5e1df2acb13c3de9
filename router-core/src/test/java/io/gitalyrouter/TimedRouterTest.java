package io.gitalyrouter;

import static io.gitalyrouter.fixture.GitalyMethods.FIND_COMMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.fixture.TestGitaly;
import io.gitalyrouter.route.Reason;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.route.RouteRule;
import io.gitalyrouter.route.RoutingTable;
import io.gitalyrouter.route.StorageRoutes;
import io.gitalyrouter.timing.TimingKey;
import io.gitalyrouter.timing.TimingSettings;
import io.grpc.CallOptions;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
final class TimedRouterTest {
  @TempDir private Path directory;

  @Test
  void timed_router_leaves_its_calls_in_the_log_when_it_is_closed() throws IOException {
    Path log = directory.resolve("timings");
    call(GitalyRouter.builder().timing(TimingSettings.of(log, "git01")), 25);
    Path file;
    try (Stream<Path> files = Files.list(log)) {
      file = files.filter(each -> each.toString().endsWith(".hlog")).findFirst().orElseThrow();
    }
    long calls = 0;
    try (HistogramLogReader reader = new HistogramLogReader(file.toFile())) {
      while (reader.hasNext()) {
        Histogram slot = (Histogram) reader.nextIntervalHistogram();
        assertThat(TimingKey.parse(slot.getTag()))
            .contains(
                new TimingKey(
                    "git01",
                    "nfs-file01",
                    FIND_COMMIT.getFullMethodName(),
                    "unary",
                    Route.LOCAL,
                    Route.LOCAL,
                    Reason.NO_NETWORK,
                    "OK"));
        calls += slot.getTotalCount();
      }
    }
    assertThat(calls).isEqualTo(25);
  }

  @Test
  void router_without_a_log_has_no_thread_for_it() throws IOException {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    call(GitalyRouter.builder(), 1);
    Set<Thread> started = new HashSet<>(Thread.getAllStackTraces().keySet());
    started.removeAll(before);
    assertThat(started)
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("gitaly-router-timing"));
  }

  private void call(GitalyRouter.Builder builder, int times) throws IOException {
    try (TestGitaly local = TestGitaly.onUnix("local", directory.resolve("gitaly.socket"));
        GitalyRouter router =
            builder.build(
                RoutingTable.of(
                    "test",
                    List.of(
                        new StorageRoutes(
                            "nfs-file01", local.endpoint(), Optional.empty(), RouteRule.off()))))) {
      for (int i = 0; i < times; i++) {
        ClientCalls.blockingUnaryCall(
            router.channel("nfs-file01"), FIND_COMMIT, CallOptions.DEFAULT, "a");
      }
    }
  }
}
