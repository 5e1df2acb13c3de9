package io.gitalyrouter.sim;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes all results in Markdown. <em>Immutable.</em> */
public final class Report {
  private static final String INTRODUCTION =
      """
      # Simulation

      What the router does when the network side is sick, and what others do in its place. Written
      by `SimulationReportTest` in virtual time: the same bytes on every run. Do not edit; after a
      change of behaviour run `mvn -pl router-it -am verify -Dtest=SimulationReportTest
      -Dsurefire.failIfNoSpecifiedTests=false -Dsim.update=true` and read the difference.

      Every scenario lasts 30 s, with 200 calls a second on average, each with a deadline of 10 s:
      seven in ten are FindCommit (unary), two ListRefs (a stream), one WriteRef (a mutation); one
      in fifty asks for a repository that does not exist, where NOT_FOUND is the right answer. A
      healthy network side needs about 5 ms for a call, the local one half as much again, as it
      reads over NFS. All contenders meet the same calls, and each call takes the same time on the
      same server. What is not modelled: the time the client itself needs, limits of bandwidth,
      and the pauses of TCP, which in truth make a connection silent for a while longer than a
      black hole lasts.

      The contenders: **gitaly-router** is this project's router with its default settings.
      **network only** is a plain channel to the network side. **error-rate switch** counts the
      ends of each 5 s, and goes to the local side for good when half of them, and at least three,
      were failures. **pin until error** stays with a side until one call fails there.
      **fail-fast breaker** has the router's breaker and no other side. The four take every status
      for a failure that does not speak of a wrong request.

      The columns: *right* is the share of calls whose caller got what a healthy server answers;
      *p50* and *p99* are how long those took; *local first* is the share of calls that began on
      the local side; *moved* began on the network side and were served locally; *leave* is the
      time from the fault to the first tenth of a second in which most calls begin elsewhere;
      *return* is the time from the end of the fault to the first in which most begin on the network
      side again (*never*: not within the run); *doubled* mutations took effect twice, *lost* ones were acknowledged and took no
      effect; *wrong* says what the other callers got.
      """;

  private static final int MAX_LINES = 20;

  private Report() {}

  /** The whole report. */
  public static String of(Map<Scenario, Map<String, Score>> scores) {
    StringBuilder text = new StringBuilder(INTRODUCTION);
    text.append("\n## Calls that were right\n\n");
    List<String> names = List.copyOf(Contenders.all().keySet());
    text.append("| scenario | ").append(String.join(" | ", names)).append(" |\n|---|");
    text.append("---:|".repeat(names.size())).append('\n');
    scores.forEach((scenario, row) -> text.append(summary(scenario, row)));
    scores.forEach((scenario, row) -> appendScenario(text, scenario, row));
    return text.toString();
  }

  private static String summary(Scenario scenario, Map<String, Score> row) {
    int best = row.values().stream().mapToInt(Score::right).max().orElse(0);
    return row.values().stream()
        .map(
            score -> {
              String rate = percent(score.successRate());
              return score.right() == best ? "**" + rate + "**" : rate;
            })
        .collect(Collectors.joining(" | ", "| " + scenario.name() + " | ", " |\n"));
  }

  private static void appendScenario(
      StringBuilder text, Scenario scenario, Map<String, Score> scores) {
    text.append("\n## ").append(scenario.name()).append("\n\n").append(scenario.story());
    text.append("\n\n").append(asked(scenario)).append("\n\n");
    text.append(
        "| contender | right | p50 ms | p99 ms | local first | moved | leave s | return s |"
            + " doubled | lost | wrong |\n");
    text.append("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|\n");
    scores.forEach((name, score) -> text.append(row(name, score)));
    Score router = scores.get(Contenders.ROUTER);
    if (router != null) {
      appendTimeline(text, router.timeline());
    }
  }

  private static void appendTimeline(StringBuilder text, List<String> timeline) {
    text.append("\nWhat the router saw:\n\n```\n");
    timeline.stream().limit(MAX_LINES).forEach(line -> text.append(line).append('\n'));
    int more = timeline.size() - MAX_LINES;
    text.append(more > 0 ? "and " + more + " more\n" : "").append("```\n");
  }

  private static String asked(Scenario scenario) {
    Double leave = scenario.leaveSeconds();
    Double back = scenario.returnSeconds();
    if (leave == null && back == null) {
      return "Bound: none; the router need not leave.";
    }
    return "Bound: away within "
        + (leave == null ? "any time" : seconds(leave) + " s")
        + (back == null ? "." : ", back within " + seconds(back) + " s.");
  }

  private static String row(String name, Score score) {
    String wrong =
        score.wrong().entrySet().stream()
            .map(entry -> entry.getValue() + " " + entry.getKey())
            .collect(Collectors.joining(", "));
    return String.format(
            Locale.ROOT,
            "| %s | %s | %s | %s | %s | %d | %s | %s | %d | %d | %s |%n",
            name,
            percent(score.successRate()),
            millis(score.p50Nanos()),
            millis(score.p99Nanos()),
            percent(score.localShare()),
            score.moved(),
            seconds(score.leaveSeconds()),
            seconds(score.returnSeconds()),
            score.doubled(),
            score.lost(),
            wrong.isEmpty() ? "–" : wrong)
        .replace(System.lineSeparator(), "\n");
  }

  /** Rounded down: only a whole hundred reads so. */
  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f %%", Math.floor(share * 10_000) / 100);
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, "%.1f", nanos / 1e6);
  }

  private static String seconds(@Nullable Double seconds) {
    if (seconds == null) {
      return "–";
    }
    return Double.isInfinite(seconds) ? "never" : String.format(Locale.ROOT, "%.1f", seconds);
  }
}
