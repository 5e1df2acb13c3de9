package io.gitalyrouter.config.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import io.gitalyrouter.config.compare.RecordedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs as the recorder writes them, and what the command says of them. */
final class CompareCommandTest {
  private static final Instant START = Instant.parse("2026-11-24T12:22:00Z");

  @TempDir private Path directory;
  private final Shell shell = new Shell();

  /** Ten minutes of two hosts. */
  private Path logs(int callsPerSlot, double factor) {
    for (String host : List.of("git01", "git02")) {
      Path own = directory.resolve("logs").resolve(host);
      new RecordedLog(own, host, START, host.hashCode()).slots(60, callsPerSlot, factor).close();
    }
    return directory.resolve("logs");
  }

  private Shell.Result compare(Path logs, String... more) {
    List<String> args = new ArrayList<>(List.of("compare", logs.toString(), "--design", "rpc"));
    args.addAll(List.of("--settle", "30s"));
    args.addAll(List.of(more));
    return shell.run(args.toArray(new String[0]));
  }

  @Test
  void same_routes_are_no_worse() {
    Shell.Result result = compare(logs(160, 1));

    assertThat(result.code()).as(result.out()).isZero();
    assertThat(result.out())
        .startsWith("network against local: NO WORSE\n2026-11-24T12:22:00Z to 2026-11-24T12:32:00Z")
        .contains("design rpc", "p95", "failed calls", "A/A run", "NOT_RUN")
        .doesNotContain("no verdict");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void slower_network_side_is_worse() {
    Shell.Result result = compare(logs(40, 1.5), "--margin", "p50=10%,0.2ms");

    assertThat(result.code()).as(result.out()).isEqualTo(9);
    assertThat(result.out())
        .startsWith("network against local: WORSE\n")
        .contains("too slow beyond 1.10 and 0.20 ms");
  }

  @Test
  void window_that_is_not_over_and_few_calls_are_inconclusive() {
    Path logs = logs(40, 1.5);

    Shell.Result early = compare(logs, "--from", START.toString(), "--window", "30m");
    assertThat(early.code()).isEqualTo(10);
    assertThat(early.out()).contains("no verdict, because of the first of 1 planned looks");

    Shell.Result few = compare(logs.resolve("git01"), "--window", "1m");
    assertThat(few.code()).isEqualTo(10);
    assertThat(few.out()).contains("needs calls in 20 slots of time, has 6");
  }

  @Test
  void rehearsal_with_a_difference_forbids_a_verdict() throws IOException {
    Path logs = logs(40, 1.5);
    Path alike = directory.resolve("aa");
    new RecordedLog(alike, "git01", START, 5).slots(60, 80, 1.5).close();

    Shell.Result result = compare(logs, "--aa", alike.toString());

    assertThat(result.code()).isEqualTo(10);
    assertThat(result.out()).contains("no verdict, because of A/A run: both arms served alike");
  }

  @Test
  void changes_of_the_audit_stand_on_the_timeline() throws IOException {
    Path logs = logs(20, 1);
    Path document =
        Files.writeString(
            directory.resolve("router.yaml"),
            """
            version: 1
            storages:
              nfs-file01: { local: { address: "unix:/nowhere" }, network: { address: "tcp://127.0.0.1:1" } }
            roles:
              network-gitaly: { route: network, storages: [nfs-file01], percent: 50 }
            hosts:
              git01: { roles: [] }
            """);
    String[] store = {"--config", document.toString(), "--admin-dir", directory.toString()};
    assertThat(
            shell
                .run(
                    concat(store, "enable", "--host", "git01", "--reason", "drill", "--wait", "0s"))
                .code())
        .isZero();

    Shell.Result result = compare(logs, concat(store, "--output", "markdown"));

    assertThat(result.out())
        .contains("| changes | NOTED | 1 of the document inside the window; see the timeline |")
        .contains(
            "| 2026-11-24T12:30:00Z | alice@ops01 | change | enable --host git01 (drill); git01");
  }

  private static String[] concat(String[] last, String... first) {
    List<String> all = new ArrayList<>(List.of(first));
    all.addAll(List.of(last));
    return all.toArray(new String[0]);
  }

  @Test
  void report_goes_to_files_and_to_the_output_in_every_form() throws IOException {
    Path logs = logs(20, 1);
    Path html = directory.resolve("report.html");
    Path json = directory.resolve("report.json");
    Path markdown = directory.resolve("report.md");

    Shell.Result result =
        compare(
            logs,
            "--html",
            html.toString(),
            "--json",
            json.toString(),
            "--markdown",
            markdown.toString(),
            "--output",
            "json");

    assertThat(html).content().startsWith("<!DOCTYPE html>").contains("<svg");
    assertThat(json).content().isEqualTo(result.out());
    assertThat(markdown).content().startsWith("# Network route against local route: ");
    assertThat(JsonParser.parseString(result.out()).getAsJsonObject().get("version").getAsInt())
        .isEqualTo(1);
    assertThat(compare(logs, "--output", "html").out()).isEqualTo(Files.readString(html));
    assertThat(compare(logs, "--output", "markdown").out()).isEqualTo(Files.readString(markdown));
  }

  @Test
  void what_is_no_log_or_no_plan_is_told_with_the_way_out() throws IOException {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    assertThat(compare(empty))
        .isEqualTo(
            new Shell.Result(
                8,
                "",
                "gitaly-router: ["
                    + empty
                    + "]: no timing log (expected: files that end with .hlog)\n"));
    Path text = Files.writeString(empty.resolve("notes"), "Tag=no=log,1,2,3,4\nhello\n");
    assertThat(compare(text).code()).isEqualTo(8);
    assertThat(compare(text).err()).contains("no calls in 1 files, 1 lines not understood");

    Path absent = directory.resolve("absent");
    assertThat(compare(absent).code()).isEqualTo(70);
    assertThat(compare(absent).err())
        .isEqualTo("gitaly-router: " + absent + " does not exist; correct the path\n");

    Path logs = logs(20, 1);
    assertThat(compare(logs, "--margin", "p95=10").err())
        .contains("--margin: \"p95=10\" (expected: p95=10%,2ms");
    assertThat(compare(logs, "--percent", "100").code()).isEqualTo(64);
    assertThat(compare(logs, "--percent", "100").err())
        .contains("percent: 100.0 (expected: > 0 and < 100)");
    assertThat(shell.run("compare", logs.toString()).err()).contains("--design");
  }
}
