package io.gitalyrouter.sim;

import java.time.Duration;

/** One scenario with one contender, from the first call to the last. <em>Immutable.</em> */
public final class Run {
  /** How long calls begin. */
  public static final Duration LENGTH = Duration.ofSeconds(30);

  /** Longer than a deadline: whatever has not ended by then never will. */
  private static final Duration AFTERWARDS = Duration.ofSeconds(15);

  private static final long SEED = 42;

  private Run() {}

  /** Runs it. */
  public static Score score(Scenario scenario, Contender.Maker maker) {
    return score(scenario, maker, SEED);
  }

  /** Runs it with other chances. */
  public static Score score(Scenario scenario, Contender.Maker maker, long seed) {
    World world = new World(scenario, seed);
    Contender contender = maker.make(world);
    for (Scenario.Switch act : scenario.ops()) {
      world.time().at((long) (act.atSeconds() * 1e9), () -> contender.role(act.on()));
    }
    Load load = new Load(world, contender, LENGTH);
    world.time().runUntil(LENGTH.plus(AFTERWARDS));
    Score score = Score.of(scenario, load.records(), world.journal(), contender);
    contender.close();
    return score;
  }
}
