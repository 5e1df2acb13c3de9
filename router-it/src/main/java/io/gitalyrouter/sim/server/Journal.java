package io.gitalyrouter.sim.server;

import java.util.HashMap;
import java.util.Map;

/**
 * What became of each call, as both servers saw it. <em>Not thread-safe; confined to the thread
 * that runs the simulation.</em>
 */
public final class Journal {
  private final Map<Long, String> firstSide = new HashMap<>();
  private final Map<Long, Integer> changes = new HashMap<>();

  /** A call was handed to a side's channel. */
  public void handed(long number, String side) {
    firstSide.putIfAbsent(number, side);
  }

  /** The side that a call was handed to first; empty if there was none. */
  public String firstSide(long number) {
    return firstSide.getOrDefault(number, "");
  }

  void changed(long number) {
    changes.merge(number, 1, Integer::sum);
  }

  /** How often a mutation took effect. */
  public int changes(long number) {
    return changes.getOrDefault(number, 0);
  }
}
