package io.gitalyrouter.config.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.route.Endpoint;
import io.gitalyrouter.route.RouteRule;
import io.gitalyrouter.route.StorageRoutes;
import io.gitalyrouter.route.Token;
import io.gitalyrouter.transport.ChannelSource;
import io.gitalyrouter.transport.TransportSettings;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class PrecheckTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-24T12:30:00Z"), ZoneOffset.UTC);

  /** Of a server that answers: a first TLS handshake on a loaded machine takes seconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(25);

  /** Of a server that never does. */
  private static final Duration SHORT = Duration.ofSeconds(1);

  @TempDir private Path directory;
  private final ChannelSource channels = ChannelSource.netty(TransportSettings.DEFAULT);
  private FakeGitaly local;
  private FakeGitaly network;

  @BeforeEach
  void start() throws IOException {
    local = FakeGitaly.start(CLOCK);
    network = FakeGitaly.start(CLOCK);
  }

  @AfterEach
  void stop() {
    local.close();
    network.close();
    channels.close();
  }

  @Test
  void two_good_sides_pass_every_check_in_a_stable_order() {
    network.secret = "sesame";
    PrecheckReport report = run(plan(networkEndpoint().withToken(Token.literal("sesame"))));

    assertThat(report.isPassed()).as("%s", report).isTrue();
    assertThat(report.results())
        .extracting(r -> r.subject() + ": " + r.check())
        .containsExactly(
            "one local: address",
            "one local: connect",
            "one local: token",
            "one local: health",
            "one local: version",
            "one local: storage",
            "one local: clock",
            "one network: address",
            "one network: connect",
            "one network: token",
            "one network: health",
            "one network: version",
            "one network: storage",
            "one network: clock",
            "one: same version",
            "one: same filesystem_id",
            "one: same refs",
            "fleet: one version",
            "prometheus: metrics scraped",
            "fleet: no other change");
    assertThat(find(report, "one", "same refs").found()).startsWith("2 refs of group/a.git");
    assertThat(levelsOf(report, "one network")).containsOnly(CheckLevel.PASS);
  }

  @Test
  void another_version_on_the_network_side_fails_and_so_does_one_that_is_not_expected() {
    network.version = "16.6.0";

    PrecheckReport report = run(plan(networkEndpoint()));
    assertThat(failed(report)).containsExactly("one: same version");
    assertThat(find(report, "one", "same version").found())
        .isEqualTo("local 16.7.0, network 16.6.0");

    PrecheckPlan expecting = plan(networkEndpoint(), Optional.of("16.7.0"), PATIENCE);
    assertThat(failed(run(expecting))).containsExactly("one network: version", "one: same version");
  }

  @Test
  void network_servers_of_two_versions_fail() throws IOException {
    try (FakeGitaly other = FakeGitaly.start(CLOCK)) {
      other.storage = "two";
      other.version = "16.6.0";
      StorageRoutes two =
          new StorageRoutes(
              "two",
              Endpoint.parse(other.address("tcp")),
              Optional.of(Endpoint.parse(other.address("tcp"))),
              RouteRule.off());

      PrecheckReport report =
          run(PrecheckPlan.of(List.of(routes(networkEndpoint()), two), List.of()));

      assertThat(failed(report)).containsExactly("fleet: one version");
      assertThat(find(report, "fleet", "one version").found())
          .isEqualTo("16.6.0 at two; 16.7.0 at one");
    }
  }

  @Test
  void another_file_system_or_none_fails() {
    network.filesystemId = "77aa";
    assertThat(failed(run(plan(networkEndpoint())))).containsExactly("one: same filesystem_id");

    local.filesystemId = "";
    network.filesystemId = "";
    PrecheckReport report = run(plan(networkEndpoint()));
    assertThat(failed(report)).as("equal, but empty").containsExactly("one: same filesystem_id");
  }

  @Test
  void storage_that_is_unreadable_or_unknown_and_a_sick_server_fail() {
    network.readable = false;
    network.health = 2;
    assertThat(failed(run(plan(networkEndpoint()))))
        .containsExactly("one network: health", "one network: storage");

    network.readable = true;
    network.health = 1;
    network.storage = "another";
    assertThat(failed(run(plan(networkEndpoint()))))
        .containsExactly("one network: storage", "one: same filesystem_id");
  }

  @Test
  void refs_that_differ_fail_and_an_empty_repository_proves_little() {
    network.refs = Map.of("HEAD", "aa", "refs/heads/main", "bb");
    CheckResult differ = find(run(plan(networkEndpoint())), "one", "same refs");
    assertThat(differ.level()).isEqualTo(CheckLevel.FAIL);
    assertThat(differ.found())
        .contains("1 refs", "refs/heads/main is aa locally, bb over the network");

    local.refs = Map.of();
    network.refs = Map.of();
    assertThat(find(run(plan(networkEndpoint())), "one", "same refs").level())
        .isEqualTo(CheckLevel.WARN);
  }

  @Test
  void refused_token_fails_and_is_never_shown() {
    network.secret = "sesame";
    PrecheckReport report = run(plan(networkEndpoint().withToken(Token.literal("open-please"))));

    assertThat(failed(report))
        .containsExactly(
            "one network: token",
            "one network: version",
            "one network: storage",
            "one network: clock",
            "one: same version",
            "one: same filesystem_id",
            "one: same refs",
            "fleet: one version");
    assertThat(find(report, "one network", "token").advice()).contains("refuses the token");
    assertThat(report.toString()).doesNotContain("open-please").doesNotContain("sesame");
  }

  @Test
  void clocks_are_compared_by_the_dates_of_tokens() {
    network.secret = "sesame";
    PrecheckPlan plan = plan(networkEndpoint().withToken(Token.literal("sesame")));

    network.ahead = Duration.ofSeconds(4);
    assertThat(clock(plan).level()).isEqualTo(CheckLevel.PASS);
    network.ahead = Duration.ofSeconds(12);
    assertThat(clock(plan))
        .satisfies(c -> assertThat(c.level()).isEqualTo(CheckLevel.WARN))
        .satisfies(c -> assertThat(c.found()).contains("5 to 20 s ahead of"));
    network.ahead = Duration.ofSeconds(-24);
    assertThat(clock(plan))
        .satisfies(c -> assertThat(c.level()).isEqualTo(CheckLevel.FAIL))
        .satisfies(c -> assertThat(c.found()).contains("more than 20 s behind"));
    network.ahead = Duration.ofSeconds(31);
    assertThat(find(run(plan), "one network", "token").level()).isEqualTo(CheckLevel.FAIL);
    network.secret = "";
    network.ahead = Duration.ZERO;
    assertThat(clock(plan).found()).contains("it checks none");
  }

  @Test
  void server_that_takes_connections_and_never_speaks_fails_in_time() throws IOException {
    try (ServerSocket mute = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Endpoint endpoint = Endpoint.parse("tcp://127.0.0.1:" + mute.getLocalPort());
      PrecheckReport report = run(plan(endpoint, Optional.empty(), SHORT));

      assertThat(levelsOf(report, "one network").subList(1, 7)).containsOnly(CheckLevel.FAIL);
      assertThat(find(report, "one network", "address").level()).isEqualTo(CheckLevel.PASS);
    }
  }

  @Test
  void nobody_listening_unknown_name_and_missing_socket_fail_with_what_follows() {
    String gone = network.address("tcp");
    network.close();
    PrecheckReport refused = run(plan(Endpoint.parse(gone)));
    assertThat(find(refused, "one network", "connect").found()).contains(gone, "UNAVAILABLE");
    assertThat(find(refused, "one network", "clock").found()).isEqualTo("not made: connect failed");

    PrecheckReport unknown =
        run(plan(Endpoint.parse("tcp://no-such-host.invalid:1"), Optional.empty(), SHORT));
    assertThat(find(unknown, "one network", "address").level()).isEqualTo(CheckLevel.FAIL);

    StorageRoutes noSocket =
        new StorageRoutes(
            "one",
            Endpoint.parse("unix:" + directory.resolve("gone.socket")),
            Optional.empty(),
            RouteRule.off());
    PrecheckReport noWayBack = run(PrecheckPlan.of(List.of(noSocket), List.of()));
    assertThat(find(noWayBack, "one local", "address").found()).contains("is not there");
    assertThat(find(noWayBack, "one", "network endpoint").level()).isEqualTo(CheckLevel.FAIL);
  }

  @Test
  void nothing_to_check_is_no_pass() {
    assertThat(run(PrecheckPlan.of(List.of(), List.of())).isPassed()).isFalse();
  }

  @Test
  void certificate_that_ends_soon_is_warned_of() throws Exception {
    Instant now = Instant.now();
    X509Bundle bundle =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=localhost")
            .addSanIpAddress("127.0.0.1")
            .notBefore(now.minus(Duration.ofDays(1)))
            .notAfter(now.plus(Duration.ofDays(3)))
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    Path certificate = Files.writeString(directory.resolve("cert.pem"), bundle.getCertificatePEM());
    Path key = Files.writeString(directory.resolve("key.pem"), bundle.getPrivateKeyPEM());
    try (FakeGitaly tls = FakeGitaly.startTls(CLOCK, certificate, key)) {
      Endpoint.Tls endpoint = (Endpoint.Tls) Endpoint.parse(tls.address("tls"));
      PrecheckPlan plan = plan(endpoint.withCaFile(certificate));
      Clock real = Clock.fixed(now, ZoneOffset.UTC);

      CheckResult soon =
          find(
              new Precheck(channels, real, Optional::empty).run(plan),
              "one network",
              "certificate");
      assertThat(soon.level()).as("%s", soon).isEqualTo(CheckLevel.WARN);
      Clock earlier = Clock.offset(real, Duration.ofDays(-30));
      CheckResult far =
          find(
              new Precheck(channels, earlier, Optional::empty).run(plan),
              "one network",
              "certificate");
      assertThat(far.level()).isEqualTo(CheckLevel.PASS);
      CheckResult untrusted = find(run(plan(endpoint)), "one network", "connect");
      assertThat(untrusted.found()).contains("unknown CA");
    }
  }

  @Test
  void change_of_somebody_else_fails_and_so_does_a_lock_that_nobody_can_see() {
    PrecheckPlan plan = plan(networkEndpoint());
    assertThat(failed(new Precheck(channels, CLOCK, () -> Optional.of("kim, percent 5")).run(plan)))
        .containsExactly("fleet: no other change");
    ChangeLock broken =
        () -> {
          throw new IOException("the store does not answer");
        };
    CheckResult unseen =
        find(new Precheck(channels, CLOCK, broken).run(plan), "fleet", "no other change");
    assertThat(unseen.level()).isEqualTo(CheckLevel.FAIL);
    assertThat(unseen.found()).isEqualTo("not made: the store does not answer");
  }

  @Test
  void prometheus_tells_of_workers_and_of_nfs_hosts() throws IOException {
    try (FakePrometheus prometheus = new FakePrometheus()) {
      prometheus.answers =
          Map.of(
              "up and", series("instance", "git01.example.com:9100", 1),
              "time()", series("instance", "git01.example.com:9100", 7),
              "1 - avg", series("instance", "127.0.0.1:9100", 0.75),
              "1 - node_memory", series("instance", "127.0.0.1:9100", 0.95));
      PrecheckReport report = run(watched(prometheus));
      assertThat(find(report, "git01", "metrics scraped").level()).isEqualTo(CheckLevel.PASS);
      assertThat(find(report, "127.0.0.1", "cpu").level()).isEqualTo(CheckLevel.WARN);
      assertThat(find(report, "127.0.0.1", "memory").level()).isEqualTo(CheckLevel.FAIL);

      prometheus.answers =
          Map.of(
              "up and", series("instance", "git011:9100", 1),
              "time()", series("instance", "git011:9100", 7));
      report = run(watched(prometheus));
      assertThat(failed(report))
          .as("another host's metrics, and none of the NFS host")
          .contains("git01: metrics scraped", "127.0.0.1: cpu", "127.0.0.1: memory");

      prometheus.answers = Map.of();
      prometheus.status = 500;
      assertThat(find(run(watched(prometheus)), "git01", "metrics scraped").found())
          .contains("not made", "answered 500")
          .doesNotContain("hush");
    }
  }

  private PrecheckPlan watched(FakePrometheus prometheus) {
    PrecheckPlan plan = plan(networkEndpoint());
    return new PrecheckPlan(
        plan.storages(),
        List.of("git01"),
        Optional.empty(),
        plan.probeRepositories(),
        Optional.of(prometheus.uri()),
        PATIENCE,
        PrecheckPlan.DEFAULT_CERTIFICATE_MARGIN);
  }

  private static String series(String label, String value, double number) {
    return "{\"metric\":{\"" + label + "\":\"" + value + "\"},\"value\":[1,\"" + number + "\"]}";
  }

  private CheckResult clock(PrecheckPlan plan) {
    return find(run(plan), "one network", "clock");
  }

  private PrecheckReport run(PrecheckPlan plan) {
    return new Precheck(channels, CLOCK, Optional::empty).run(plan);
  }

  private Endpoint networkEndpoint() {
    return Endpoint.parse(network.address("tcp"));
  }

  private StorageRoutes routes(Endpoint networkEndpoint) {
    return new StorageRoutes(
        "one", Endpoint.parse(local.address("tcp")), Optional.of(networkEndpoint), RouteRule.off());
  }

  private PrecheckPlan plan(Endpoint networkEndpoint) {
    return plan(networkEndpoint, Optional.empty(), PATIENCE);
  }

  private PrecheckPlan plan(Endpoint networkEndpoint, Optional<String> version, Duration timeout) {
    return new PrecheckPlan(
        List.of(routes(networkEndpoint)),
        List.of(),
        version,
        Map.of("one", "group/a.git"),
        Optional.empty(),
        timeout,
        PrecheckPlan.DEFAULT_CERTIFICATE_MARGIN);
  }

  private static CheckResult find(PrecheckReport report, String subject, String check) {
    return report.results().stream()
        .filter(r -> r.subject().equals(subject) && r.check().equals(check))
        .findFirst()
        .orElseThrow(() -> new AssertionError(subject + ": " + check + " is not in " + report));
  }

  private static List<CheckLevel> levelsOf(PrecheckReport report, String subject) {
    return report.results().stream()
        .filter(r -> r.subject().equals(subject))
        .map(CheckResult::level)
        .toList();
  }

  private static List<String> failed(PrecheckReport report) {
    return report.results().stream()
        .filter(r -> r.level() == CheckLevel.FAIL)
        .map(r -> r.subject() + ": " + r.check())
        .toList();
  }
}
