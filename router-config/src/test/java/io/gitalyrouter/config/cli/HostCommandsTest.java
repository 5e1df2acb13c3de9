package io.gitalyrouter.config.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonParser;
import io.gitalyrouter.config.ConfiguredRouter;
import io.gitalyrouter.config.admin.Processes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that ask the processes of a host, on real sockets. */
final class HostCommandsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  @TempDir private Path place;
  private Processes processes;

  @BeforeEach
  void open() throws IOException {
    processes = new Processes(place);
  }

  @AfterEach
  void close() {
    processes.close();
  }

  private Shell.Result run(String... args) {
    List<String> all = new ArrayList<>(Arrays.asList(args));
    all.addAll(List.of("--admin-dir", processes.directory().toString()));
    Shell.Result result = new Shell().run(all.toArray(String[]::new));
    assertThat(result.out() + result.err()).doesNotContain(Processes.SECRET);
    return result;
  }

  /** The role is on, and its network side is not there. */
  private ConfiguredRouter switchedOn() throws IOException {
    ConfiguredRouter router = processes.open("git01");
    processes.write(100);
    await()
        .atMost(PATIENCE)
        .until(() -> router.router().status().storages().get(0).obstacle().isPresent());
    return router;
  }

  @Test
  void status_shows_every_process_and_ends_with_zero() throws IOException {
    processes.open("git01");
    processes.open("git02");

    Shell.Result result = run("status", "--config", place.resolve("router.yaml").toString());

    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).contains("git01 pid ").contains("git02 pid ").contains("OBSTACLE");
    assertThat(JsonParser.parseString(run("status", "--output", "json").out()).getAsJsonArray())
        .hasSize(2);
    assertThat(run("status", "--host", "git02").out()).doesNotContain("git01");
  }

  @Test
  void status_of_a_blocked_role_is_degraded() throws IOException {
    switchedOn();

    Shell.Result result = run("status", "--storage", "one");

    assertThat(result.code()).isEqualTo(ExitCode.DEGRADED.code());
    assertThat(result.out()).contains("blocked").contains("network endpoint");
  }

  @Test
  void status_of_another_document_is_not_converged() throws IOException {
    processes.open("git01");
    Path other = Files.writeString(place.resolve("other.yaml"), "version: 1\n");

    Shell.Result result = run("status", "--config", other.toString());

    assertThat(result.code()).isEqualTo(ExitCode.NOT_CONVERGED.code());
    assertThat(result.out()).contains("NOT the document");
  }

  @Test
  void nobody_to_ask_is_unknown_and_never_zero() {
    assertThat(run("status").code()).isEqualTo(ExitCode.UNKNOWN.code());
    assertThat(run("drain", "--wait", "1ms").code()).isEqualTo(ExitCode.UNKNOWN.code());
    assertThat(run("check").code()).isEqualTo(3);
  }

  @Test
  void check_counts_what_needs_a_look() throws IOException {
    ConfiguredRouter router = processes.open("git01");
    assertThat(run("check").code()).isZero();
    router.router().forceLocal("drill");

    Shell.Result result = run("check");

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out())
        .startsWith("GITALY-ROUTER WARNING - 1 processes, 0 silent, 0 degraded, 1 forced local | ");
    assertThat(run("check", "--crit", "1").code()).isEqualTo(2);
  }

  @Test
  void explain_prints_the_trace() throws IOException {
    switchedOn();

    Shell.Result result =
        run("explain", "--storage", "one", "--method", "gitaly.CommitService/FindCommit");

    assertThat(result.code()).isZero();
    assertThat(result.out())
        .contains("decision: meant for network, goes to local, because of not_ready");
    Shell.Result unknown = run("explain", "--storage", "two", "--method", "a/B");
    assertThat(unknown.code()).isEqualTo(ExitCode.FAILED.code());
    assertThat(unknown.err()).contains("not in the routing table");
  }

  @Test
  void drain_of_a_quiet_host_is_zero() {
    processes.open("git01");

    Shell.Result result = run("drain", "--wait", "5s");

    assertThat(result.code()).isZero();
    assertThat(result.out()).contains("0 calls left");
    assertThat(run("drain", "--cancel-after", "1s").code()).isEqualTo(ExitCode.USAGE.code());
  }

  @Test
  void breaker_is_forced_for_a_time_listed_and_reset() throws IOException {
    switchedOn();

    Shell.Result forced =
        run("breaker", "force-open", "--storage", "one", "--for", "10m", "--reason", "disk check");

    assertThat(forced.code()).as(forced.err()).isZero();
    assertThat(run("breaker", "list").out())
        .contains("FORCED_OPEN for ")
        .contains("disk check (alice@ops01)");
    assertThat(run("breaker", "reset", "--storage", "one", "--reason", "done").code()).isZero();
    assertThat(run("breaker", "list").out()).contains("CLOSED").doesNotContain("FORCED");
    assertThat(run("breaker", "force-open", "--storage", "one", "--reason", "x").code())
        .as("a time is required")
        .isEqualTo(ExitCode.USAGE.code());
    assertThat(
            run("breaker", "force-open", "--storage", "one", "--for", "2d", "--reason", "x").code())
        .isEqualTo(ExitCode.NOT_ACKNOWLEDGED.code());
  }

  @Test
  void drill_shows_in_status_and_ends() throws IOException {
    switchedOn();

    Shell.Result begun =
        run(
            "drill",
            "fault",
            "--storage",
            "one",
            "--simulate",
            "unavailable",
            "--for",
            "1m",
            "--reason",
            "rehearsal");

    assertThat(begun.code()).as(begun.err()).isZero();
    assertThat(run("status").out()).contains("drill: unavailable on tcp://127.0.0.1:1");
    assertThat(run("drill", "end", "--storage", "one", "--reason", "over").code()).isZero();
    assertThat(run("status").out()).doesNotContain("drill:");
  }

  @Test
  void bundle_holds_no_secret() throws IOException {
    processes.open("git01");
    Path bundle = place.resolve("bundle.tar.gz");
    Path scrape =
        Files.writeString(place.resolve("meters.txt"), "authorization: Bearer v2.abc.1\n");

    Shell.Result result =
        run(
            "doctor",
            "--file",
            bundle.toString(),
            "--config",
            place.resolve("router.yaml").toString(),
            "--include",
            scrape.toString());

    assertThat(result.code()).as(result.err()).isZero();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(bundle))) {
      in.transferTo(all);
    }
    String text = all.toString(StandardCharsets.UTF_8);
    assertThat(text)
        .contains("config.yaml", "status.txt", "insecure_inline_token: REDACTED", "reports/git01-")
        .doesNotContain(Processes.SECRET)
        .doesNotContain("v2.abc.1");
    assertThat(all.size() % 512).isZero();
  }
}
