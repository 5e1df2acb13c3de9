package io.gitalyrouter.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.gitalyrouter.config.page.Chromium;
import io.gitalyrouter.config.page.NeedsChromium;
import io.gitalyrouter.config.page.PageCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The experiment passes, and finds whatever is planted. */
final class ExperimentIT {
  @TempDir Path directory = Path.of("");

  @Test
  void change_in_small_passes_and_leaves_nothing_behind() throws Exception {
    try (ExperimentRun run = ExperimentRun.start(directory)) {
      assertThat(run.exitCode()).as(run.log()).isZero();

      assertThat(run.log()).contains("PASSED");
      assertThat(run.children()).isEmpty();
      assertThat(run.leftovers()).isEmpty();
      assertThat(Files.readString(run.output().resolve("report.md"))).contains("**PASSED**");
      JsonObject json =
          JsonParser.parseString(Files.readString(run.output().resolve("report.json")))
              .getAsJsonObject();
      assertThat(json.get("passed").getAsBoolean()).isTrue();
      assertCompared(run, json.getAsJsonObject("comparison"));
    }
  }

  /** Five seconds are too few for a verdict; what was timed must be there. */
  private void assertCompared(ExperimentRun run, JsonObject comparison) throws Exception {
    assertThat(comparison.get("verdict").getAsString()).isEqualTo("inconclusive");
    JsonObject all = comparison.getAsJsonArray("groups").get(0).getAsJsonObject();
    assertThat(all.get("local_calls").getAsLong()).isPositive();
    assertThat(all.get("network_calls").getAsLong()).isPositive();
    assertThat(Files.readString(run.output().resolve("report.md")))
        .contains("## Network against local, in the phase compare: INCONCLUSIVE");
    Path page = run.output().resolve("comparison.html");
    assertThat(Files.readString(page)).contains("<svg");
    if (NeedsChromium.isPossible()) {
      Path picture = Files.createDirectories(Path.of("target", "pages")).resolve("experiment.png");
      try (Chromium browser = Chromium.start(Files.createDirectory(directory.resolve("profile")))) {
        // The timeline: of so few calls no quantiles are drawn.
        PageCheck.check(browser, page, /* plots= */ 1, picture);
      }
    }
    try (var logs = Files.list(run.output().resolve("books").resolve(Hosts.CANARY))) {
      assertThat(logs.map(Path::toString)).anyMatch(name -> name.endsWith(".hlog"));
    }
  }

  @Test
  void interrupted_run_stops_its_processes_and_has_no_verdict() throws Exception {
    try (ExperimentRun run = ExperimentRun.start(directory, "--dark", "60")) {
      await().atMost(Duration.ofMinutes(1)).until(() -> run.log().contains("phase dark"));
      List<ProcessHandle> children = run.children();
      run.terminate();

      assertThat(run.exitCode()).as(run.log()).isNotZero();
      assertThat(run.log()).doesNotContain("PASSED");
      assertThat(children).hasSizeGreaterThanOrEqualTo(4).noneMatch(ProcessHandle::isAlive);
      assertThat(run.leftovers()).isEmpty();
    }
  }

  @Test
  void every_sabotage_is_found_by_its_check() throws Exception {
    // Two at a time: each waits more than it works.
    ExecutorService runners = Executors.newFixedThreadPool(2);
    try {
      List<Future<String>> outcomes = new ArrayList<>();
      List<String> expected = new ArrayList<>();
      for (Sabotage sabotage : Sabotage.values()) {
        outcomes.add(runners.submit(() -> outcome(sabotage)));
        expected.add(sabotage.label() + ": exit 1, names " + sabotage.violates());
      }
      List<String> found = new ArrayList<>();
      for (Future<String> outcome : outcomes) {
        found.add(outcome.get());
      }

      assertThat(found).containsExactlyElementsOf(expected);
    } finally {
      runners.shutdownNow();
    }
  }

  private String outcome(Sabotage sabotage) throws Exception {
    Path own = Files.createDirectory(directory.resolve(sabotage.label()));
    try (ExperimentRun run = ExperimentRun.start(own, "--sabotage", sabotage.label())) {
      int exitCode = run.exitCode();
      String verdict =
          run.log().lines().filter(l -> l.startsWith("FAILED: violated:")).findFirst().orElse("");
      boolean named = verdict.contains(" " + sabotage.violates());
      return sabotage.label()
          + ": exit "
          + exitCode
          + (named ? ", names " + sabotage.violates() : ", says: " + run.log());
    }
  }
}
