package io.gitalyrouter.config.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonParser;
import io.gitalyrouter.config.ConfiguredRouter;
import io.gitalyrouter.config.admin.AdminSocket;
import io.gitalyrouter.config.admin.Processes;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

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
    assertThat(
            JsonParser.parseString(run("status", "--output", "json").out())
                .getAsJsonObject()
                .getAsJsonArray("reports"))
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
    assertThat(result.out()).isEqualTo("0.0 s: 0 calls left\ndrained\n");
    assertThat(run("drain", "--cancel-after", "1s").code()).isEqualTo(ExitCode.USAGE.code());
  }

  @Test
  void breaker_is_forced_for_a_time_listed_and_reset() throws IOException {
    switchedOn();

    Shell.Result forced =
        run("breaker", "force-open", "--storage", "one", "--for", "10m", "--reason", "disk check");

    assertThat(forced.code()).as(forced.err()).isZero();
    assertThat(run("breaker", "list").out())
        .containsPattern("FORCED_OPEN +FORCED_OPEN +\\d+ s +9 min +alice@ops01 +disk check\n");
    assertThat(run("status").out())
        .containsPattern("FORCED_OPEN for \\d+ s, 9 min left: disk check \\(alice@ops01\\)");
    assertThat(run("breaker", "reset", "--storage", "one", "--reason", "done").code()).isZero();
    assertThat(run("breaker", "list").out())
        .containsPattern("AUTO +CLOSED +\\d+ s +- +- +-\n")
        .doesNotContain("FORCED");
    assertThat(run("breaker", "force-open", "--storage", "one", "--reason", "x").code())
        .as("a time is required")
        .isEqualTo(ExitCode.USAGE.code());
    assertThat(
            run("breaker", "force-open", "--storage", "one", "--for", "2d", "--reason", "x").code())
        .isEqualTo(ExitCode.NOT_ACKNOWLEDGED.code());
  }

  @Test
  void breaker_auto_ends_what_was_forced() throws IOException {
    switchedOn();
    String[] force = {
      "breaker", "force-closed", "--storage", "one", "--for", "10m", "--reason", "false alarm"
    };
    assertThat(run(force).code()).isZero();
    Shell.Result auto = run("breaker", "auto", "--storage", "one", "--reason", "over");
    assertThat(auto.code()).as(auto.err()).isZero();
    assertThat(auto.out()).isEqualTo("breaker of one is its own again: 1 of 1 processes\n");
    assertThat(run("breaker", "list").out()).doesNotContain("FORCED");
    Shell.Result unknown = run("breaker", "auto", "--storage", "two", "--reason", "over");
    assertThat(unknown.code()).isEqualTo(ExitCode.NOT_ACKNOWLEDGED.code());
    assertThat(unknown.err()).contains("two");
  }

  @Test
  void watch_goes_on_when_nobody_answers_and_shows_who_comes() throws Exception {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line =
        GitalyRouterCommand.commandLine(new Shell().console(out, err), ChangeGate.OPEN);
    Thread watching =
        new Thread(
            () ->
                line.execute("status", "--watch", "--admin-dir", processes.directory().toString()));
    watching.start();
    await().atMost(PATIENCE).until(() -> err.toString().contains("no process answers"));
    processes.open("git01");
    await().atMost(PATIENCE).until(() -> out.toString().contains("git01 pid "));
    watching.interrupt();
    watching.join(PATIENCE.toMillis());
    assertThat(watching.isAlive()).isFalse();
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
  void bundle_holds_all_that_helps_and_no_secret() throws IOException {
    processes.open(
        "git01",
        AdminSocket.in(processes.directory())
            .withMetrics(() -> "started_total 7\nlabel{token=\"" + Processes.SECRET + "\"} 1\n"));
    String config = place.resolve("router.yaml").toString();
    String reason = "token was " + Processes.SECRET;
    new Shell().run("disable", "--all", "--reason", reason, "--wait", "0s", "--config", config);
    Path log =
        Files.writeString(
            place.resolve("log.txt"),
            "authorization: Bearer v2.abc.1\nsent " + Processes.SECRET + " to file01\n");
    Path bundle = place.resolve("bundle.tar.gz");

    Shell.Result result =
        run("doctor", "--file", bundle.toString(), "--config", config, "--include", log.toString());

    assertThat(result.code()).as(result.err()).isZero();
    assertThat(Files.getPosixFilePermissions(bundle))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    byte[] all = unzipped(bundle);
    assertThat(new String(all, StandardCharsets.UTF_8))
        .contains("config.yaml", "insecure_inline_token: REDACTED")
        .contains("status.txt", "status.json", "\"reports\":[")
        .contains("effective.txt", "git01 one: local ")
        .contains("audit.jsonl", "\"action\":\"disable --all\"", "token was REDACTED")
        .containsPattern("threads/git01-\\d+\\.sock\\.txt")
        .contains("\"gitaly-router-admin", "ThreadDump.take")
        .contains("started_total 7", "label{token=\"REDACTED\"} 1")
        .contains("sent REDACTED to file01", "Bearer REDACTED")
        .doesNotContain(Processes.SECRET, "v2.abc.1");
    assertThat(all.length % 512).isZero();
    assertThat(run("doctor", "--file", bundle.toString()).code())
        .as("a file that is there is not written over")
        .isEqualTo(ExitCode.INTERNAL.code());
  }

  @Test
  void bundle_of_a_host_without_processes_says_so_and_holds_the_document() throws IOException {
    Path bundle = place.resolve("bundle.tar.gz");
    Shell.Result result =
        run(
            "doctor",
            "--file",
            bundle.toString(),
            "--config",
            place.resolve("router.yaml").toString());
    assertThat(result.code()).isEqualTo(ExitCode.UNKNOWN.code());
    assertThat(new String(unzipped(bundle), StandardCharsets.UTF_8))
        .contains("config.yaml", "network-gitaly")
        .doesNotContain(Processes.SECRET);
  }

  private static byte[] unzipped(Path bundle) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(bundle))) {
      return in.readAllBytes();
    }
  }
}
