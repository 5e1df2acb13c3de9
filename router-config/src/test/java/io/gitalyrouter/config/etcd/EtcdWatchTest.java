package io.gitalyrouter.config.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.etcd.jetcd.api.WatchResponse;
import io.gitalyrouter.config.source.ConfigSource;
import io.gitalyrouter.config.source.SourceContent;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A watch against a server that misbehaves as no real etcd can be made to. */
@Timeout(60)
final class EtcdWatchTest {
  private static final EtcdTiming FAST =
      new EtcdTiming(Duration.ofSeconds(2), Duration.ofMillis(100), Duration.ofSeconds(1));

  /** No look happens in a test that has this timing. */
  private static final EtcdTiming NO_LOOK =
      new EtcdTiming(Duration.ofSeconds(2), Duration.ofHours(1), Duration.ofSeconds(1));

  private final FakeEtcd.Store store = new FakeEtcd.Store();
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private FakeEtcd etcd;
  private ConfigSource.@Nullable Watch watch;

  @BeforeEach
  void start() throws IOException {
    store.set(5, "five");
    etcd = FakeEtcd.start(store);
  }

  @AfterEach
  void stop() {
    if (watch != null) {
      watch.close();
    }
    etcd.close();
  }

  @Test
  void silent_watch_is_found_out_by_the_look_beside_it() {
    watch(FAST);
    awaitHeard("5 five");
    store.set(6, "six");

    awaitHeard("6 six");
  }

  @Test
  void revision_that_goes_back_under_a_living_connection_is_new_content() {
    watch(FAST);
    awaitHeard("5 five");
    store.set(3, "restored");

    awaitHeard("3 restored");
  }

  @Test
  void watch_that_etcd_cancels_is_followed_by_a_fresh_reading() {
    CompletableFuture<StreamObserver<WatchResponse>> open = new CompletableFuture<>();
    etcd.onWatch = open::complete;
    watch(NO_LOOK);
    open.join();
    store.set(9, "nine");
    open.join().onNext(WatchResponse.newBuilder().setCanceled(true).setCompactRevision(8).build());

    awaitHeard("9 nine");
  }

  @Test
  void watch_that_ends_without_an_error_is_followed_by_a_fresh_reading() {
    CompletableFuture<StreamObserver<WatchResponse>> open = new CompletableFuture<>();
    etcd.onWatch = open::complete;
    watch(NO_LOOK);
    open.join();
    store.set(9, "nine");
    open.join().onCompleted();

    awaitHeard("9 nine");
  }

  @Test
  void server_that_cancels_every_watch_is_not_asked_without_pause() {
    etcd.onWatch = answers -> answers.onNext(WatchResponse.newBuilder().setCanceled(true).build());
    watch(NO_LOOK);
    // Pauses of at least 25, 50, 100, 200 and 400 ms: the sixth reading is not there yet.
    await()
        .during(Duration.ofMillis(600))
        .atMost(Duration.ofSeconds(10))
        .until(() -> etcd.readings.get() <= 5);
    assertThat(etcd.readings.get()).isGreaterThan(1);
  }

  @Test
  void same_content_is_told_again_with_every_look() {
    watch(FAST);
    await().until(() -> heard.size() >= 3);

    assertThat(heard).containsOnly("5 five");
    assertThat(etcd.readings).as("without its value").hasValue(1);
  }

  @Test
  void listener_that_throws_is_told_the_next_time_all_the_same() {
    ConfigSource.Listener throwing =
        new Listening() {
          @Override
          public void onContent(SourceContent content) {
            super.onContent(content);
            throw new IllegalStateException("listener");
          }
        };
    watch = EtcdSource.of(etcd.settings(), FAST).watch(throwing);
    await().until(() -> heard.size() >= 3);
  }

  @Test
  void nothing_is_told_after_close_and_closing_from_inside_does_not_block() throws Exception {
    CompletableFuture<ConfigSource.Watch> inside = new CompletableFuture<>();
    CountDownLatch closed = new CountDownLatch(1);
    ConfigSource.Listener closing =
        new Listening() {
          @Override
          public void onContent(SourceContent content) {
            super.onContent(content);
            inside.join().close();
            closed.countDown();
          }
        };
    inside.complete(EtcdSource.of(etcd.settings(), FAST).watch(closing));
    closed.await();
    store.set(6, "six");

    await().during(Duration.ofMillis(300)).until(() -> heard.equals(List.of("5 five")));
  }

  private void watch(EtcdTiming timing) {
    watch = EtcdSource.of(etcd.settings(), timing).watch(new Listening());
  }

  private void awaitHeard(String last) {
    await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> heard.contains(last));
  }

  /** Records what it is told. <em>Called by one thread at a time.</em> */
  private class Listening implements ConfigSource.Listener {
    @Override
    public void onContent(SourceContent content) {
      String revision = content.origin().substring(content.origin().indexOf('@') + 1);
      heard.add(revision + " " + new String(content.bytes(), StandardCharsets.UTF_8));
    }

    @Override
    public void onFailure(IOException failure) {
      heard.add("failure: " + failure.getMessage());
    }
  }
}
