package io.gitalyrouter.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.config.source.SourceContent;
import io.gitalyrouter.route.BreakerSettings;
import io.gitalyrouter.route.ClientIdentity;
import io.gitalyrouter.route.ConnectionSettings;
import io.gitalyrouter.route.Endpoint;
import io.gitalyrouter.route.FailoverSettings;
import io.gitalyrouter.route.MethodFilter;
import io.gitalyrouter.route.RouteRule;
import io.gitalyrouter.route.RouteRule.BucketUnit;
import io.gitalyrouter.route.RoutingTable;
import io.gitalyrouter.route.StorageRoutes;
import io.gitalyrouter.route.Token;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ConfigDocumentTest {
  /** What every-key.yaml says for every role. */
  private static final BreakerSettings TOP =
      new BreakerSettings(
          40,
          12,
          Duration.ofSeconds(20),
          30,
          Duration.ofSeconds(4),
          7,
          6,
          Duration.ofSeconds(3),
          Duration.ofMillis(600),
          /* shadow= */ false);

  @Test
  void design_sample_gives_git01_the_network_side() {
    StorageRoutes routes = routes(valid("design"), "git01", "nfs-file01");

    assertThat(routes.local())
        .isEqualTo(Endpoint.parse("unix:/var/opt/gitlab/gitaly/gitaly.socket"));
    assertThat(routes.network())
        .contains(
            new Endpoint.Tls(
                "file01.example.com",
                9999,
                Token.file(Path.of("/etc/gitaly-router/token")),
                Optional.of(Path.of("/etc/ssl/gitaly-ca.pem")),
                Optional.empty()));
    assertThat(routes.rule()).isEqualTo(RouteRule.network("network-gitaly", 100, BucketUnit.RPC));
  }

  @Test
  void client_certificate_and_its_key_belong_to_the_endpoint() {
    assertThat(routes(valid("every-key"), "git01", "default").network())
        .get()
        .extracting(endpoint -> ((Endpoint.Tls) endpoint).identity())
        .isEqualTo(
            Optional.of(
                new ClientIdentity(
                    Path.of("/etc/gitaly-router/client.pem"),
                    Path.of("/etc/gitaly-router/client-key.pem"))));
  }

  @Test
  void host_that_is_not_listed_has_no_role_but_all_endpoints() {
    ConfigDocument document = valid("design");

    assertThat(document.entryOf("git03")).isEmpty();
    assertThat(routes(document, "git03", "nfs-file01"))
        .isEqualTo(routes(document, "git01", "nfs-file01").withRule(RouteRule.off()));
  }

  @Test
  void canary_role_names_two_storages_with_its_share_and_unit() {
    RoutingTable table = valid("every-key").tableFor("git01");
    RouteRule canary =
        RouteRule.network("canary", 2.5, BucketUnit.CORRELATION_ID)
            .withMethods(
                MethodFilter.of(
                    List.of("RefService/*", "CommitService/FindCommit"),
                    List.of("RefService/FindLocalBranches")))
            .withMaxInFlight(200)
            .withBreaker(
                new BreakerSettings(
                    1,
                    2,
                    Duration.ofMinutes(10),
                    3,
                    Duration.ofHours(1),
                    100,
                    4,
                    Duration.ofMillis(100),
                    Duration.ofMillis(50),
                    /* shadow= */ true));

    assertThat(rule(table, "default")).isEqualTo(canary);
    assertThat(rule(table, "nfs-file02")).isEqualTo(canary);
    assertThat(rule(table, "nfs-file03")).isEqualTo(RouteRule.off());
  }

  @Test
  void first_role_listed_that_names_the_storage_wins() {
    RoutingTable table = valid("every-key").tableFor("git02");

    assertThat(rule(table, "default").role()).contains("keep-local");
    assertThat(rule(table, "default").isOn()).isFalse();
    assertThat(rule(table, "nfs-file02"))
        .isEqualTo(RouteRule.network("everything", 100, BucketUnit.RPC).withBreaker(TOP));
  }

  @Test
  void optional_keys_have_the_defaults_that_are_declared() {
    RouteRule rule = rule(valid("design").tableFor("git01"), "nfs-file01");

    assertThat(Double.toString(rule.percent())).startsWith(ConfigKey.PERCENT.defaultValue() + ".");
    assertThat(rule.unit()).hasToString(ConfigKey.UNIT.defaultValue().toUpperCase(Locale.ROOT));
    assertThat(valid("every-key").tableFor("git01").killSwitch()).isEmpty();
    WhenSilent whenSilent = valid("design").whenSilent("git01");
    assertThat(whenSilent.after().toSeconds() + "s")
        .isEqualTo(ConfigKey.STALE_AFTER.defaultValue());
    assertThat(whenSilent.table()).as("keep").isEqualTo(valid("design").tableFor("git01"));
  }

  @Test
  void role_that_goes_local_when_stale_takes_only_its_own_storages_along() {
    WhenSilent canary = valid("every-key").whenSilent("git01");
    WhenSilent other = valid("every-key").whenSilent("git02");

    assertThat(canary.after()).isEqualTo(Duration.ofSeconds(45));
    assertThat(canary.localRoles()).containsExactly("canary");
    assertThat(rule(canary.table(), "nfs-file02"))
        .isEqualTo(RouteRule.network("canary", 0, BucketUnit.CORRELATION_ID));
    assertThat(other.localRoles()).isEmpty();
    assertThat(other.table()).isEqualTo(valid("every-key").tableFor("git02"));
  }

  @Test
  void settings_that_the_document_does_not_have_are_left_to_the_builder() {
    RoutingTable table = valid("design").tableFor("git01");

    assertThat(table.failover()).isEmpty();
    assertThat(rule(table, "nfs-file01").breaker()).isEmpty();
    assertThat(routes(valid("design"), "git01", "nfs-file01").network())
        .hasValueSatisfying(
            endpoint -> assertThat(endpoint.connection()).isEqualTo(ConnectionSettings.DEFAULT));
  }

  @Test
  void role_changes_single_breaker_settings_of_those_at_the_top_or_of_the_defaults() {
    String text =
        Samples.document(10)
            .replace("percent: 10", "percent: 10, breaker: { mode: would_have_tripped }");

    assertThat(rule(ConfigDocument.parse(content(text)).tableFor("git01"), "one").breaker())
        .contains(BreakerSettings.DEFAULT.asShadow());
    String withTop = text + "breaker: { open_for: 9s }\n";
    assertThat(rule(ConfigDocument.parse(content(withTop)).tableFor("git01"), "one").breaker())
        .hasValueSatisfying(
            breaker -> {
              assertThat(breaker.shadow()).isTrue();
              assertThat(breaker.openFor()).isEqualTo(Duration.ofSeconds(9));
            });
  }

  @Test
  void defaults_of_breaker_and_failover_are_those_of_the_core() {
    ConfigDocument empty =
        ConfigDocument.parse(content(Samples.document(10) + "breaker: {}\nfailover: {}\n"));
    RoutingTable table = empty.tableFor("git01");

    assertThat(table.failover()).contains(FailoverSettings.DEFAULT);
    assertThat(rule(table, "one").breaker()).contains(BreakerSettings.DEFAULT);
    String written =
        Arrays.stream(ConfigKey.values())
            .filter(key -> key.path().matches("(breaker|failover)\\..*"))
            .map(key -> key.path() + ": " + key.defaultValue() + "\n")
            .collect(Collectors.joining());
    String flow = written.replaceAll("(breaker|failover)\\.", "").replace("\n", ", ");
    int failover = flow.indexOf("network_share");
    String explicit =
        "breaker: {"
            + flow.substring(0, failover)
            + "}\nfailover: {"
            + flow.substring(failover)
            + "}\n";
    assertThat(ConfigDocument.parse(content(Samples.document(10) + explicit)).tableFor("git01"))
        .as("the defaults of the reference, written out")
        .isEqualTo(table);
  }

  @Test
  void failover_and_connection_settings_reach_the_table() {
    RoutingTable table = valid("every-key").tableFor("git01");

    assertThat(table.failover())
        .contains(new FailoverSettings(60, 65536, 8_388_608, Duration.ofSeconds(3)));
    assertThat(routes(valid("every-key"), "git01", "default").network())
        .hasValueSatisfying(
            endpoint ->
                assertThat(endpoint.connection())
                    .isEqualTo(
                        new ConnectionSettings(
                            Optional.of(Duration.ofSeconds(1)),
                            Optional.of(Duration.ofSeconds(25)),
                            Optional.of(Duration.ofSeconds(5)))));
  }

  @Test
  void exact_name_wins_before_patterns_and_among_them_the_first() {
    ConfigDocument document = valid("every-key");

    assertThat(entry(document, "git02"))
        .as("its name, though a pattern is before it")
        .isEqualTo("git02");
    assertThat(entry(document, "git07")).isEqualTo("git0*");
    assertThat(entry(document, "web01")).isEqualTo("*");
    assertThat(rule(document.tableFor("git07"), "nfs-file03").role()).contains("everything");
    assertThat(rule(document.tableFor("git03"), "nfs-file03").role()).isEmpty();
    assertThat(document.unreachable()).isEmpty();
  }

  private static String entry(ConfigDocument document, String host) {
    return document.entryOf(host).orElseThrow().pattern().text();
  }

  @Test
  void inline_token_is_used_and_not_shown() {
    StorageRoutes routes = routes(valid("every-key"), "git01", "nfs-file02");

    assertThat(routes.local().token()).isEqualTo(Token.literal("s3cr3t-local"));
    assertThat(valid("every-key")).asString().doesNotContain("s3cr3t");
  }

  @Test
  void kill_switch_with_a_reason_forces_every_host_to_local() {
    ConfigDocument document = valid("anchors");

    assertThat(document.tableFor("git01").killSwitch()).contains("maintenance of file01");
    assertThat(document.tableFor("git99").killSwitch()).contains("maintenance of file01");
  }

  @Test
  void kill_switch_without_a_reason_says_where_it_stands() {
    String text =
        "version: 1\nstorages: { one: { local: { address: 'unix:/a' } } }\nhosts: {}\nkill_switch: true\n";

    assertThat(ConfigDocument.parse(content(text)).tableFor("git01").killSwitch())
        .contains("kill_switch is set in router.yaml:4:14");
  }

  @Test
  void byte_order_mark_and_windows_line_ends_are_accepted() {
    String text =
        "\uFEFFversion: 1\r\nstorages: { one: { local: { address: 'unix:/a' } } }\r\nhosts: {}\r\n";

    assertThat(ConfigDocument.parse(content(text)).storages()).containsOnlyKeys("one");
  }

  private static RouteRule rule(RoutingTable table, String storage) {
    return Objects.requireNonNull(table.storages().get(storage)).rule();
  }

  private static StorageRoutes routes(ConfigDocument document, String host, String storage) {
    return Objects.requireNonNull(document.tableFor(host).storages().get(storage));
  }

  private static SourceContent content(String text) {
    return SourceContent.of("router.yaml", text.getBytes(StandardCharsets.UTF_8));
  }

  private static ConfigDocument valid(String name) {
    String resource = "/valid/" + name + ".yaml";
    try (InputStream in = ConfigDocumentTest.class.getResourceAsStream(resource)) {
      byte[] bytes = Objects.requireNonNull(in, resource).readAllBytes();
      return ConfigDocument.parse(SourceContent.of(name + ".yaml", bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
