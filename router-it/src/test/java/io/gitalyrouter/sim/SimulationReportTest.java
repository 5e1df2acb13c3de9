package io.gitalyrouter.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.sim.server.Behaviour;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs every scenario with every contender once, and judges the results. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SimulationReportTest {
  private static final Path REPORT = Path.of("docs", "simulation.md");

  /** Held, because a logger that nobody holds forgets its level. */
  private final Logger log = Logger.getLogger("io.gitalyrouter");

  private final Map<Scenario, Map<String, Score>> scores = new LinkedHashMap<>();

  @BeforeAll
  void run() {
    log.setLevel(Level.WARNING);
    for (Scenario scenario : Scenarios.all()) {
      Map<String, Score> row = new LinkedHashMap<>();
      Contenders.all().forEach((name, maker) -> row.put(name, Run.score(scenario, maker)));
      scores.put(scenario, row);
    }
  }

  static List<Scenario> scenarios() {
    return Scenarios.all();
  }

  private Score score(Scenario scenario, String contender) {
    Score score = scores.getOrDefault(scenario, Map.of()).get(contender);
    if (score == null) {
      throw new IllegalStateException(contender + " did not run: " + scenario.name());
    }
    return score;
  }

  private Score router(Scenario scenario) {
    return score(scenario, Contenders.ROUTER);
  }

  @Test
  void report_is_what_the_simulation_gives() throws IOException {
    String now = Report.of(scores);
    if (Boolean.getBoolean("sim.update")) {
      Files.writeString(REPORT, now);
    }
    assertThat(Files.readString(REPORT))
        .as("a behaviour changed: run with -Dsim.update=true and read the difference")
        .isEqualTo(now);
  }

  @Test
  void scenario_names_are_unique() {
    assertThat(scenarios().stream().map(Scenario::name)).doesNotHaveDuplicates();
    assertThat(scenarios()).hasSizeGreaterThanOrEqualTo(14);
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void no_contender_does_better_than_the_router(Scenario scenario) {
    int best =
        scores.getOrDefault(scenario, Map.of()).values().stream()
            .mapToInt(Score::right)
            .max()
            .orElse(0);
    assertThat(router(scenario).right()).isGreaterThanOrEqualTo(best);
  }

  /** The fair comparison: who never comes back is not asked to face the network side again. */
  @ParameterizedTest
  @MethodSource("scenarios")
  void nobody_who_uses_the_network_side_at_the_end_does_better(Scenario scenario) {
    Score router = router(scenario);
    assertThat(router.endsOnNetwork()).isTrue();
    scores.getOrDefault(scenario, Map.of()).values().stream()
        .filter(Score::endsOnNetwork)
        .forEach(other -> assertThat(router.right()).isGreaterThanOrEqualTo(other.right()));
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void router_leaves_a_sick_network_side_within_the_bound(Scenario scenario) {
    assertWithin(router(scenario).leaveSeconds(), scenario.leaveSeconds(), router(scenario));
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void router_returns_to_a_healthy_network_side_within_the_bound(Scenario scenario) {
    assertWithin(router(scenario).returnSeconds(), scenario.returnSeconds(), router(scenario));
  }

  private static void assertWithin(@Nullable Double took, @Nullable Double bound, Score router) {
    if (took != null && bound != null) {
      assertThat(took).as("the router: %s", router).isLessThanOrEqualTo(bound);
    }
  }

  /** A trial that stalls can begin at any moment before the side is well. */
  @ParameterizedTest
  @ValueSource(doubles = {18.0, 18.3, 18.6, 18.9, 19.2, 19.5, 19.8, 20.1, 20.4})
  void way_back_from_a_stalled_side_is_no_matter_of_chance(double wellAgain) {
    Scenario stalled =
        Scenario.of(
                "stalled",
                "as the scenario of the report",
                Behaviour.healthy().until(5),
                Behaviour.slow(4000).until(wellAgain),
                Behaviour.healthy().forEver())
            .sick(5, wellAgain);
    Score score = Run.score(stalled, RealRouter::new);
    assertWithin(score.returnSeconds(), 3.0, score);
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void no_call_is_lost_or_doubled_by_anyone(Scenario scenario) {
    scores
        .getOrDefault(scenario, Map.of())
        .forEach(
            (name, score) -> {
              assertThat(score.doubled()).as(name).isZero();
              assertThat(score.lost()).as(name).isZero();
              assertThat(score.unended()).as(name).isZero();
            });
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void router_loses_and_doubles_nothing_with_other_chances(Scenario scenario) {
    Score other = Run.score(scenario, RealRouter::new, 7);
    assertThat(other.doubled() + other.lost() + other.unended()).isZero();
    assertThat(other.endsOnNetwork()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void second_run_is_the_same_as_the_first(Scenario scenario) {
    assertThat(Run.score(scenario, RealRouter::new)).isEqualTo(router(scenario));
  }
}
