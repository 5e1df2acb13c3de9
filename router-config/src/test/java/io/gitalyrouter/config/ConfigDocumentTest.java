package io.gitalyrouter.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.config.source.SourceContent;
import io.gitalyrouter.route.ClientIdentity;
import io.gitalyrouter.route.Endpoint;
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
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ConfigDocumentTest {

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

    assertThat(document.isListed("git03")).isFalse();
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
            .withMaxInFlight(200);

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
        .isEqualTo(RouteRule.network("everything", 100, BucketUnit.RPC));
  }

  @Test
  void optional_keys_have_the_defaults_that_are_declared() {
    RouteRule rule = rule(valid("design").tableFor("git01"), "nfs-file01");

    assertThat(Double.toString(rule.percent())).startsWith(ConfigKey.PERCENT.defaultValue() + ".");
    assertThat(rule.unit()).hasToString(ConfigKey.UNIT.defaultValue().toUpperCase(Locale.ROOT));
    assertThat(valid("every-key").tableFor("git01").killSwitch()).isEmpty();
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
