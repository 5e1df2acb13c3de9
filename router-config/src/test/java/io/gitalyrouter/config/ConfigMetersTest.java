package io.gitalyrouter.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.gitalyrouter.GitalyRouter;
import io.gitalyrouter.RouterEnvironment;
import io.gitalyrouter.transport.ChannelSource;
import io.gitalyrouter.transport.TransportSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the meters of the configuration say while the situation changes. */
final class ConfigMetersTest {
  private static final Duration LIMIT = Duration.ofSeconds(45);
  private static final Instant START = Instant.parse("2026-11-24T12:00:00Z");
  private static final String DOCUMENT =
      "stale_after: 45s\n" + Samples.document(10).replace("file01.example.com:9999", "127.0.0.1:1");

  @TempDir private Path directory;
  private final FakeTicker ticker = new FakeTicker();
  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final ScriptedSource source = ScriptedSource.of(DOCUMENT);
  private final List<ConfiguredRouter> opened = new ArrayList<>();

  @AfterEach
  void close() {
    opened.forEach(ConfiguredRouter::close);
  }

  @Test
  void generation_counts_documents_that_take_effect_and_no_others() {
    open("git01", options());
    assertThat(gauge("generation")).isEqualTo(1);
    source.deliver(DOCUMENT);
    assertThat(gauge("generation")).as("the same again").isEqualTo(1);
    source.deliver(DOCUMENT.replace("percent: 10", "percent: 20"));
    assertThat(gauge("generation")).isEqualTo(2);
    source.deliver("version: 1\n");
    assertThat(gauge("generation")).as("refused").isEqualTo(2);
  }

  @Test
  void age_grows_until_the_source_is_heard_whatever_it_says() {
    open("git01", options());
    assertThat(gauge("age.seconds")).isZero();
    ticker.advance(Duration.ofMillis(12_500));
    assertThat(gauge("age.seconds")).isEqualTo(12.5);
    source.fail();
    assertThat(gauge("age.seconds")).as("no answer").isEqualTo(12.5);
    source.deliver("version: 1\n");
    assertThat(gauge("age.seconds")).as("an answer, though a bad one").isZero();
  }

  @Test
  void stale_is_told_beyond_the_limit_and_until_the_source_is_heard() {
    open("git01", options());
    ticker.advance(LIMIT);
    source.fail();
    assertThat(gauge("stale")).as("at the limit").isZero();
    ticker.advance(Duration.ofMillis(1));
    await().atMost(Duration.ofSeconds(10)).until(() -> gauge("stale") == 1);
    source.deliver(DOCUMENT);
    assertThat(gauge("stale")).isZero();
  }

  @Test
  void source_that_was_never_heard_is_stale_and_has_no_age() throws Exception {
    Path copy = Files.writeString(directory.resolve("last-good.yaml"), DOCUMENT);
    source.holds(null);
    open("git01", options().withLastGood(copy));
    assertThat(gauge("age.seconds")).isNaN();
    assertThat(gauge("stale")).isEqualTo(1);
    assertThat(gauge("problems")).isEqualTo(1);
    source.deliver(DOCUMENT);
    assertThat(gauge("age.seconds")).isZero();
    assertThat(gauge("stale")).isZero();
    assertThat(gauge("problems")).isZero();
  }

  @Test
  void problems_of_a_refused_document_are_counted_until_it_is_mended() {
    open("git01", options());
    assertThat(gauge("problems")).isZero();
    source.deliver(DOCUMENT.replace("percent: 10", "percent: 200").replace("route:", "rout:"));
    assertThat(gauge("problems")).as("a bad value and an unknown key").isEqualTo(2);
    assertThat(role("percent")).as("the last good one is in force").isEqualTo(10);
    source.deliver(DOCUMENT);
    assertThat(gauge("problems")).isZero();
  }

  @Test
  void role_is_told_on_the_host_that_has_it_and_while_it_has_it() {
    open("git01", options());
    assertThat(role("enabled")).isEqualTo(1);
    assertThat(role("percent")).isEqualTo(10);
    source.deliver(DOCUMENT.replace("git01: { roles: [network-gitaly] }", "git01: { roles: [] }"));
    assertThat(role("enabled")).isZero();
    assertThat(role("percent")).isZero();
  }

  @Test
  void host_without_the_role_has_it_off() {
    open("git02", options());
    assertThat(role("enabled")).isZero();
  }

  @Test
  void role_that_went_local_in_silence_is_off() {
    source.holds(DOCUMENT.replace("percent: 10", "percent: 10, when_stale: local"));
    open("git01", options());
    assertThat(role("enabled")).isEqualTo(1);
    ticker.advance(LIMIT.plusMillis(1));
    source.fail();
    await().atMost(Duration.ofSeconds(10)).until(() -> gauge("stale") == 1);
    assertThat(role("enabled")).isZero();
  }

  @Test
  void override_is_told_with_its_age_whoever_set_it() {
    open("git01", options());
    assertForced(0, 0);
    router().forceLocal("rehearsal");
    pass(Duration.ofHours(25));
    assertForced(1, 25 * 3600);
    source.deliver(DOCUMENT + "kill_switch: true\n");
    router().resume();
    pass(Duration.ofHours(1));
    assertForced(1, 26 * 3600);
    source.deliver(DOCUMENT);
    assertForced(0, 0);
  }

  @Test
  void override_of_the_first_document_has_an_age() {
    source.holds(DOCUMENT + "kill_switch: true\n");
    open("git01", options());
    pass(Duration.ofMinutes(2));
    assertForced(1, 120);
  }

  @Test
  void changes_are_dated() {
    open("git01", options());
    double first = START.getEpochSecond();
    assertThat(lastChange("table")).as("the first table").isEqualTo(first);
    assertThat(lastChange("forced_local")).as("never").isZero();
    pass(Duration.ofSeconds(90));
    source.deliver(DOCUMENT);
    assertThat(lastChange("table")).as("nothing new").isEqualTo(first);
    source.deliver(DOCUMENT.replace("percent: 10", "percent: 20"));
    assertThat(lastChange("table")).isEqualTo(first + 90);
    pass(Duration.ofSeconds(10));
    router().forceLocal("rehearsal");
    assertThat(lastChange("forced_local")).isEqualTo(first + 100);
    pass(Duration.ofSeconds(10));
    router().resume();
    assertThat(lastChange("forced_local")).isEqualTo(first + 110);
  }

  private FollowOptions options() {
    return FollowOptions.defaults().withTicker(ticker);
  }

  private void open(String host, FollowOptions options) {
    InstantSource clock = now::get;
    RouterEnvironment environment =
        new RouterEnvironment(
            ticker,
            clock.withZone(ZoneOffset.UTC),
            new Random(1),
            Executors.newSingleThreadScheduledExecutor(),
            Executors.newSingleThreadExecutor(),
            ChannelSource.netty(TransportSettings.DEFAULT));
    opened.add(
        ConfiguredRouter.open(
            source,
            host,
            GitalyRouter.builder().meterRegistry(registry).environment(environment),
            options));
  }

  private GitalyRouter router() {
    return opened.get(0).router();
  }

  private void pass(Duration time) {
    now.updateAndGet(instant -> instant.plus(time));
  }

  private double gauge(String name) {
    return registry.get("gitaly.route.config." + name).gauge().value();
  }

  private double role(String name) {
    return registry.get("gitaly.route.role." + name).tag("storage", "one").gauge().value();
  }

  private double lastChange(String kind) {
    return registry
        .get("gitaly.route.last.change.timestamp.seconds")
        .tag("kind", kind)
        .gauge()
        .value();
  }

  private void assertForced(double forced, double ageSeconds) {
    assertThat(registry.get("gitaly.route.forced.local").gauge().value()).isEqualTo(forced);
    assertThat(registry.get("gitaly.route.forced.local.age.seconds").gauge().value())
        .isCloseTo(ageSeconds, within(1e-6));
  }
}
