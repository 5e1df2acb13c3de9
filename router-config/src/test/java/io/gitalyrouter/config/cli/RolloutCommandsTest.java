package io.gitalyrouter.config.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.gitalyrouter.GitalyRouter;
import io.gitalyrouter.config.ConfiguredRouter;
import io.gitalyrouter.config.FollowOptions;
import io.gitalyrouter.config.admin.AdminSocket;
import io.gitalyrouter.config.compare.RecordedLog;
import io.gitalyrouter.config.source.FileSource;
import io.gitalyrouter.route.Route;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Rollouts of a file, with a router of this process that follows it. */
@Timeout(120)
final class RolloutCommandsTest {
  private static final String DOCUMENT =
      """
      version: 1
      storages:
        one:
          local: { address: "unix:/nowhere/gitaly.socket" }
          network: { address: "tcp://127.0.0.1:1", insecure_inline_token: s3cr3t }
      roles:
        network-gitaly: { route: network, storages: [one], percent: 0 } # the change
      hosts:
        git01: { roles: [network-gitaly] }
      """;

  @TempDir private Path directory;
  private Path file;
  private Path admin;
  private final Shell shell = new Shell(Clock.systemUTC());
  private final List<ConfiguredRouter> routers = new ArrayList<>();

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(directory.resolve("router.yaml"), DOCUMENT);
    admin = Files.createDirectory(directory.resolve("admin"));
  }

  @AfterEach
  void close() {
    routers.forEach(ConfiguredRouter::close);
  }

  private void open() {
    routers.add(
        ConfiguredRouter.open(
            FileSource.of(file),
            "git01",
            GitalyRouter.builder(),
            FollowOptions.defaults().with(AdminSocket.in(admin))));
  }

  private List<String> args(String... some) {
    List<String> all = new ArrayList<>(List.of(some));
    all.addAll(List.of("--config", file.toString(), "--admin-dir", admin.toString()));
    return all;
  }

  private Shell.Result run(String... some) {
    return shell.run(args(some).toArray(new String[0]));
  }

  private Shell.Result change(String... some) {
    List<String> all = new ArrayList<>(List.of(some));
    all.addAll(List.of("--reason", "drill"));
    return run(all.toArray(new String[0]));
  }

  /** A start with a gate and a guard of the test's own. */
  private Shell.Result start(ChangeGate gate, RolloutGuard guard, String... some) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Console console = shell.console(out, err);
    List<String> all = args(some);
    all.addAll(List.of("--reason", "drill", "--wait", "0s"));
    int code =
        CommandForm.applyTo(new CommandLine(new RolloutStartCommand(console, gate, guard)), console)
            .execute(all.toArray(new String[0]));
    return new Shell.Result(code, out.toString(), err.toString());
  }

  @Test
  void ladder_is_climbed_as_the_hosts_acknowledge_each_step() {
    open();

    Shell.Result done =
        change(
            "rollout", "start", "--ladder", "1:300ms,5:1ms,100", "--change", "https://c.example/1");

    assertThat(done.code()).as(done.toString()).isZero();
    assertThat(done.out())
        .contains("applied 1/1 hosts", "at 1%, step 1/3", "at 5%, step 2/3", "at 100%, step 3/3")
        .contains("rollout: done");
    assertThat(file).content().contains("percent: 100 } # the change");
    assertThat(run("rollout", "status").out()).isEqualTo("no rollout is in progress\n");
    assertThat(run("audit").out())
        .contains("rollout step 2 5%", "rollout done", "https://c.example/1");
  }

  @Test
  void step_that_no_host_acknowledges_is_the_last_one_until_somebody_decides() {
    Shell.Result halted = change("rollout", "start", "--ladder", "1:1ms,100", "--wait", "100ms");

    assertThat(halted.code()).as(halted.toString()).isEqualTo(4);
    assertThat(halted.out()).contains("paused, not acknowledged: git01: no process was heard");
    assertThat(file).content().contains("percent: 1 } # the change");
    assertThat(run("rollout", "status").out()).contains("at 1%, step 1/2", "paused since");
    assertThat(run("audit").out()).contains("rollout pause", "not acknowledged: git01");

    open();
    Shell.Result resumed = change("rollout", "resume", "--output", "json");
    assertThat(resumed.code()).as(resumed.toString()).isZero();
    assertThat(JsonParser.parseString(resumed.out()).getAsJsonObject().get("outcome").getAsString())
        .startsWith("done");
    assertThat(file).content().contains("percent: 100 } # the change");
  }

  @Test
  void lock_of_ones_own_holds_again_after_a_rollout() {
    open();
    assertThat(change("lock").code()).isZero();

    assertThat(change("rollout", "start", "--ladder", "1:1ms,100").code()).isZero();
    assertThat(change("lock").err()).contains("another change is in progress: a lock of alice@");

    RolloutGuard guard = rollout -> Optional.of("p99 doubled");
    assertThat(start(ChangeGate.OPEN, guard, "--ladder", "1:1h,100").out()).contains("paused");
    assertThat(change("unlock").err()).contains("not a lock: a rollout of alice@");
    assertThat(change("rollout", "abort").code()).isZero();
    assertThat(change("unlock").out()).contains("no change is in progress");
  }

  @Test
  void precheck_that_objects_refuses_a_start_unless_forced() throws IOException {
    ChangeGate gate =
        (after, hosts, storages) ->
            List.of("storage " + storages + " on " + hosts + ": versions differ");

    Shell.Result refused = start(gate, RolloutGuard.NONE, "--ladder", "1:1h,100");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("storage [one] on [git01]: versions differ", "--force");
    assertThat(Files.readString(file)).isEqualTo(DOCUMENT);

    Shell.Result forced = start(gate, RolloutGuard.NONE, "--ladder", "1:1ms,100", "--force");
    assertThat(forced.code()).as("nobody acknowledges").isEqualTo(4);
    assertThat(run("audit").out()).contains("rollout step 1 1% --force");
  }

  @Test
  void every_change_of_a_rollout_asks_for_the_generation_that_was_looked_at() {
    assertThat(change("rollout", "start", "--ladder", "1:1h,100", "--if-generation", "77").err())
        .contains("is at generation 1 (expected: 77); nothing was changed");
    assertThat(change("rollout", "start", "--ladder", "1:1ms,100", "--wait", "0s").code())
        .isEqualTo(4);
    for (String command : List.of("pause", "resume", "abort")) {
      Shell.Result refused = change("rollout", command, "--if-generation", "77");
      assertThat(refused.code()).as(command).isEqualTo(1);
      assertThat(refused.err()).as(command).contains("(expected: 77); nothing was changed");
    }
    assertThat(change("rollout", "abort", "--wait", "0s").code()).isZero();
    for (String command : List.of("pause", "resume", "abort")) {
      assertThat(change("rollout", command).err())
          .as(command)
          .contains("no rollout is in progress");
    }
    assertThat(change("rollout", "start", "--ladder", "5:1m,1").code()).isEqualTo(64);
  }

  @Test
  void guard_pauses_a_rollout_or_aborts_it_if_it_may() {
    RolloutGuard guard = rollout -> Optional.of("p99 doubled");

    assertThat(start(ChangeGate.OPEN, guard, "--ladder", "1:1h,100").code()).isEqualTo(1);
    assertThat(run("rollout", "status").out()).contains("a rollout of alice@ops01", "at 1%");
    assertThat(run("rollout", "status").out()).contains("paused");
    assertThat(change("enable", "--host", "git02").code()).as("refused").isEqualTo(1);
    assertThat(change("rollout", "abort", "--wait", "0s").code()).isZero();
    assertThat(file).content().contains("percent: 0 } # the change");

    Shell.Result aborted =
        start(ChangeGate.OPEN, guard, "--ladder", "1:1h,100", "--auto-abort", "--output", "json");
    assertThat(aborted.code()).isEqualTo(5);
    JsonObject json = JsonParser.parseString(aborted.out()).getAsJsonObject();
    assertThat(json.get("exit_code").getAsInt()).isEqualTo(5);
    assertThat(json.get("outcome").getAsString()).contains("aborted by its guard", "p99 doubled");
    assertThat(file).content().contains("percent: 0 } # the change");
    assertThat(run("audit").out()).contains("guard: p99 doubled");
  }

  @Test
  void rollout_aborts_when_the_logs_show_that_the_network_side_does_not_serve() {
    Path logs = directory.resolve("timings");
    try (RecordedLog log =
        new RecordedLog(logs, "git01", Instant.now().plusSeconds(2), /* seed= */ 1)) {
      for (int slot = 0; slot < 10; slot++) {
        for (int i = 0; i < 50; i++) {
          log.call("gitaly.CommitService/FindCommit", RecordedLog.NETWORK, Route.LOCAL, 5);
          log.call("gitaly.CommitService/FindCommit", RecordedLog.LOCAL, Route.LOCAL, 2);
        }
        log.slot();
      }
    }

    Shell.Result aborted =
        change(
            "rollout",
            "start",
            "--ladder",
            "50:1h,100",
            "--auto-abort",
            "--guard-logs",
            logs.toString(),
            "--wait",
            "0s");

    assertThat(aborted.code()).as(aborted.toString()).isEqualTo(5);
    assertThat(aborted.out())
        .contains("aborted by its guard, generation 3: guard: served locally: 100.000 % of");
    assertThat(file).content().contains("percent: 0 } # the change");
    assertThat(run("audit").out()).contains("rollout abort", "guard: served locally");
  }

  @Test
  void guard_without_logs_is_none_and_logs_without_calls_are_no_consent() throws IOException {
    assertThat(change("rollout", "start", "--ladder", "1:1h,100", "--auto-abort").err())
        .contains("--auto-abort: no guard (expected: with --guard-logs PATH)");
    assertThat(Files.readString(file)).isEqualTo(DOCUMENT);

    TimingGuard guard =
        new TimingGuard(
            shell.console(new StringWriter(), new StringWriter()),
            List.of(Files.createDirectory(directory.resolve("empty"))),
            io.gitalyrouter.config.compare.Design.RPC,
            io.gitalyrouter.config.compare.Margins.DEFAULT);
    Instant now = Instant.now();
    assertThat(guard.objection(atFivePercent(0, now.minusSeconds(30)))).isEmpty();
    assertThat(guard.objection(atFivePercent(1, now.minusSeconds(90))).orElse(""))
        .startsWith("the timing logs tell of no call meant for the network side since");

    TimingGuard astray =
        new TimingGuard(
            shell.console(new StringWriter(), new StringWriter()),
            List.of(directory.resolve("nowhere")),
            io.gitalyrouter.config.compare.Design.RPC,
            io.gitalyrouter.config.compare.Margins.DEFAULT);
    assertThat(astray.objection(atFivePercent(0, now.minusSeconds(30)))).isEmpty();
    assertThat(astray.objection(atFivePercent(1, now.minusSeconds(90))).orElse(""))
        .endsWith("nowhere does not exist; correct the path");
  }

  private static Rollout atFivePercent(int step, Instant since) {
    return new Rollout(
        "network-gitaly",
        "5:1h,6:1h,100",
        step,
        since,
        Optional.empty(),
        /* isAutoAbort= */ true,
        Optional.empty());
  }

  @Test
  void kill_switch_in_the_document_halts_the_climb() throws IOException {
    Files.writeString(file, DOCUMENT + "kill_switch: \"disk full\"\n");

    Shell.Result halted = start(ChangeGate.OPEN, RolloutGuard.NONE, "--ladder", "1:1ms,100");

    assertThat(halted.code()).isEqualTo(1);
    assertThat(halted.out()).contains("paused, the kill switch is on (disk full)");
    assertThat(file).content().contains("percent: 1 } # the change");
  }
}
