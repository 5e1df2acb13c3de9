package io.gitalyrouter.config.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.GitalyRouter;
import io.gitalyrouter.config.ConfiguredRouter;
import io.gitalyrouter.config.FollowOptions;
import io.gitalyrouter.config.admin.AdminSocket;
import io.gitalyrouter.config.source.FileSource;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Changes of a file, with routers of this process that follow it. */
@Timeout(60)
final class ChangeCommandsTest {
  private static final String DOCUMENT =
      """
      # who does what
      version: 1
      storages:
        one:
          local: { address: "unix:/nowhere/gitaly.socket" }
          network: { address: "tcp://127.0.0.1:1", insecure_inline_token: s3cr3t }
      roles:
        network-gitaly: { route: network, storages: [one], percent: 100 } # the change
      hosts:
        git01: { roles: [] }
        git02: { roles: [] }
      """;

  @TempDir private Path directory;
  private Path file;
  private Path admin;
  private final Shell shell = new Shell();
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

  private ConfiguredRouter open(String host) {
    ConfiguredRouter router =
        ConfiguredRouter.open(
            FileSource.of(file),
            host,
            GitalyRouter.builder(),
            FollowOptions.defaults().with(AdminSocket.in(admin)));
    routers.add(router);
    return router;
  }

  private Shell.Result run(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--config", file.toString(), "--admin-dir", admin.toString()));
    return shell.run(all.toArray(new String[0]));
  }

  private Shell.Result change(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--reason", "drill", "--wait", "0s"));
    return run(all.toArray(new String[0]));
  }

  @Test
  void enable_waits_for_the_host_and_disable_takes_it_back() throws IOException {
    ConfiguredRouter router = open("git01");

    Shell.Result on =
        run("enable", "--host", "git01", "--reason", "first", "--change", "https://example.com/1");

    assertThat(on.err()).isEmpty();
    assertThat(on.out())
        .contains("git01  one", "network 100% tcp://127.0.0.1:1 (role network-gitaly)")
        .containsPattern("applied 1/1 hosts, generation 2, \\d+ ms\n")
        .contains("undo: gitaly-router disable --host git01 --reason TEXT\n");
    assertThat(on.code()).isZero();
    assertThat(router.router().status().toString()).contains("network-gitaly");
    assertThat(file)
        .hasContent(DOCUMENT.replace("git01: { roles: [] }", "git01: { roles: [network-gitaly] }"));

    assertThat(run("enable", "--host", "git01", "--reason", "again"))
        .isEqualTo(
            new Shell.Result(0, "enable --host git01: nothing to change, generation 2\n", ""));
    assertThat(run("status").out())
        .startsWith(
            "last change 0 s ago by alice@ops01: enable --host git01: first"
                + " (https://example.com/1)\ndocument "
                + file
                + ": generation 2, ");
    assertThat(run("disable", "--host", "git01", "--reason", "over").code()).isZero();
    assertThat(file).hasContent(DOCUMENT);
    assertThat(run("audit").out())
        .contains("enable --host git01", "first", "https://example.com/1", "alice@ops01")
        .contains("acknowledged", "applied 1/1 hosts, generation 3");
    assertThat(run("timeline", "--markdown", "--host", "git01").out())
        .startsWith(
            "| time (UTC) | who | what | why |\n|---|---|---|---|\n| 2026-11-24T12:30:00Z |");
  }

  @Test
  void host_that_is_not_heard_is_named() {
    Shell.Result result = run("enable", "--host", "git01", "--reason", "x", "--wait", "50ms");

    assertThat(result.code()).isEqualTo(4);
    assertThat(result.out())
        .contains(
            "applied 0/1 hosts, generation 2", "not acknowledged: git01: no process was heard");
  }

  @Test
  void host_of_a_pattern_gets_an_entry_of_its_own_with_all_that_it_did() throws IOException {
    String pattern =
        DOCUMENT
            .replace("roles:\n", "roles:\n  hold: { route: local, storages: [one] }\n")
            .replace("git02: { roles: [] }", "\"web*\": { roles: [network-gitaly, hold] }");
    Files.writeString(file, pattern);
    open("web03");

    Shell.Result off = run("disable", "--host", "web03", "--reason", "x");

    assertThat(off.code()).as(off.out() + off.err()).isZero();
    assertThat(file).hasContent(pattern + "  web03: { roles: [hold] }");
    assertThat(change("enable", "--host", "web04").out()).contains("nothing to change");
    Shell.Result all = run("disable", "--host", "web*", "--reason", "x", "--wait", "50ms");
    assertThat(all.code()).isEqualTo(4);
    assertThat(all.out()).contains("not acknowledged: web*: no process was heard");
    assertThat(change("disable", "--host", "db01").code()).isEqualTo(64);
    open("web05");
    assertThat(run("enable", "--host", "web*", "--reason", "x").err())
        .contains("role hold stands before it in hosts.web*.roles");
  }

  @Test
  void dry_run_and_plan_show_and_write_nothing_and_no_secret() {
    Shell.Result dry = change("enable", "--host", "git01", "--percent", "5", "--dry-run");
    Shell.Result plan = run("plan", "enable", "--host", "git01", "--percent", "5");

    assertThat(dry.out())
        .isEqualTo(plan.out())
        .contains("-  8:".replace("  ", " "), "+ 10:   git01: { roles: [network-gitaly] }")
        .contains("network 5% tcp://127.0.0.1:1", "reaches 1 hosts, 1 storages")
        .doesNotContain("s3cr3t");
    assertThat(file).hasContent(DOCUMENT);
    assertThat(file.resolveSibling("router.yaml.audit.jsonl")).doesNotExist();
    Path other = directory.resolve("other.yaml");
    assertThat(write(other, DOCUMENT.replace("s3cr3t", "t0k3n"))).isTrue();
    assertThat(run("config", "diff", other.toString()).out())
        .contains("insecure_inline_token: ***", "no host does anything else")
        .doesNotContain("t0k3n");
  }

  private static boolean write(Path path, String text) {
    try {
      return Files.exists(Files.writeString(path, text));
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void what_makes_no_sense_is_refused_with_what_to_do() {
    assertThat(change("enable", "--host", "git01", "--role", "x").err())
        .contains("--role: no \"x\" in the document (expected: network-gitaly)");
    assertThat(change("disable", "--host", "git09").code()).isEqualTo(64);
    assertThat(run("enable", "--host", "git01").err()).contains("--reason");
    assertThat(change("enable", "--host", "git01", "--if-generation", "7").err())
        .contains("is at generation 1 (expected: 7)");
    assertThat(change("enable", "--host", "git01,git02").code()).isZero();
    Shell.Result others = change("enable", "--host", "git01", "--percent", "5");
    assertThat(others.code()).isEqualTo(1);
    assertThat(others.err()).contains("is also on git02");
    assertThat(change("disable", "--storage", "one").err()).contains("no storage left");
    assertThat(shell.run("enable", "--host", "git01", "--reason", "x").err())
        .contains("no document is named");
  }

  @Test
  void precheck_can_refuse_and_force_goes_on() {
    EnableCommand enable =
        new EnableCommand(
            shell.console(new StringWriter(), new StringWriter()),
            (after, hosts, storages) -> List.of("versions differ on " + hosts + storages));
    StringWriter err = new StringWriter();
    CommandLine line =
        CommandForm.applyTo(new CommandLine(enable), shell.console(new StringWriter(), err));
    String[] args = {
      "--host", "git01", "--reason", "x", "--wait", "0s", "--config", file.toString()
    };

    assertThat(line.execute(args)).isEqualTo(1);
    assertThat(err.toString()).contains("versions differ on [git01][one]", "--force");
    assertThat(file).hasContent(DOCUMENT);
    String[] forced = java.util.Arrays.copyOf(args, args.length + 1);
    forced[args.length] = "--force";
    assertThat(line.execute(forced)).isZero();
  }

  @Test
  void kill_switch_of_this_host_needs_no_store_ignores_locks_and_holds_until_resume() {
    ConfiguredRouter router = open("git01");
    assertThat(change("lock", "--role").code()).isEqualTo(64);
    assertThat(change("lock").code()).isZero();

    Shell.Result off =
        shell.run("disable", "--all", "--now", "--reason", "down", "--admin-dir", admin.toString());

    assertThat(off.code()).isZero();
    assertThat(off.out()).contains("disable --all --now: 1/1 processes of this host");
    assertThat(router.router().status().forcedLocal()).isPresent();
    assertThat(open("git02").router().status().forcedLocal()).as("a later process").isPresent();
    Shell.Result on = shell.run("resume", "--reason", "up", "--admin-dir", admin.toString());
    assertThat(on.out()).contains("resume: 2/2 processes of this host");
    assertThat(on.code()).isZero();
    assertThat(
            shell
                .run("disable", "--all", "--now", "--reason", "x", "--admin-dir", "/nowhere")
                .err())
        .contains("/nowhere");
  }

  @Test
  void kill_switch_of_the_document_is_written_and_ended() {
    assertThat(change("disable", "--all").code()).isZero();
    assertThat(file).content().contains("\nkill_switch: \"drill\"\n");
    assertThat(change("enable", "--host", "git01").err()).contains("resume --all");
    assertThat(change("resume", "--all", "--if-generation", "1").code()).isEqualTo(1);
    assertThat(change("resume", "--if-generation", "2").code()).isEqualTo(64);
    assertThat(change("resume", "--all", "--if-generation", "2").code()).isZero();
    assertThat(file).content().contains("\nkill_switch: false\n");
  }

  @Test
  void lock_keeps_others_away_until_unlock() {
    assertThat(change("lock", "--if-generation", "7").err())
        .contains("is at generation 1 (expected: 7); nothing was changed");
    assertThat(change("lock", "--if-generation", "1").code()).isZero();
    assertThat(change("enable", "--host", "git01").code()).as("the holder may").isZero();
    Shell other = new Shell("bob");
    String[] args = {
      "disable", "--host", "git01", "--reason", "x", "--wait", "0s", "--config", file.toString()
    };

    assertThat(other.run(args).err())
        .contains(
            "another change is in progress: a lock of alice@ops01 since 2026-11-24T12:30:00Z");
    assertThat(other.run(args).code()).isEqualTo(1);
    assertThat(change("unlock", "--if-generation", "1").code()).isEqualTo(1);
    assertThat(other.run(args).code()).as("still locked").isEqualTo(1);
    assertThat(change("unlock", "--if-generation", "2").code()).isZero();
    assertThat(other.run(args).code()).isZero();
  }
}
