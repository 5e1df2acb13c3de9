package io.gitalyrouter.config.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Records what a source delivers, and waits for it. <em>Thread-safe.</em> */
final class Deliveries implements ConfigSource.Listener {
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final List<String> all = new CopyOnWriteArrayList<>();
  private final BlockingQueue<String> arrivals = new LinkedBlockingQueue<>();

  @Override
  public void onContent(SourceContent content) {
    add(new String(content.bytes(), StandardCharsets.UTF_8));
  }

  @Override
  public void onFailure(IOException failure) {
    add("failure: " + failure.getMessage());
  }

  private void add(String delivery) {
    all.add(delivery);
    arrivals.add(delivery);
  }

  /** Waits until this is the newest delivery. */
  void awaitLast(String expected) {
    await()
        .atMost(DEADLINE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .untilAsserted(() -> assertThat(all).last().isEqualTo(expected));
  }

  /** The next delivery that was not asked for yet, or null when none comes in time. */
  @Nullable String next(Duration time) throws InterruptedException {
    return arrivals.poll(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** All deliveries so far, those that repeat the one before left out. */
  List<String> distinct() {
    String[] before = {""};
    return all.stream()
        .filter(
            text -> {
              boolean changed = !text.equals(before[0]);
              before[0] = text;
              return changed;
            })
        .toList();
  }

  int count() {
    return all.size();
  }
}
