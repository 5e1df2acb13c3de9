package io.gitalyrouter.sim;

import io.gitalyrouter.sim.server.Journal;
import java.util.List;

/**
 * Where the calls to the suffering storage began, in slots of time. <em>Not thread-safe; confined
 * to the thread that runs the simulation.</em>
 */
final class Slots {
  private static final double SLOT_SECONDS = 0.1;

  private final int[] network;
  private final int[] all;

  private Slots(int count) {
    this.network = new int[count];
    this.all = new int[count];
  }

  static Slots of(List<CallRecord> records, Journal journal) {
    Slots slots = new Slots((int) Math.ceil(Run.LENGTH.toSeconds() / SLOT_SECONDS));
    for (CallRecord call : records) {
      if (call.plan().storage().equals(Scenario.STORAGE)) {
        int slot = (int) (call.startSeconds() / SLOT_SECONDS);
        slots.all[slot]++;
        slots.network[slot] += journal.firstSide(call.number()).equals(World.NETWORK) ? 1 : 0;
      }
    }
    return slots;
  }

  boolean endOnNetwork() {
    int last = all.length - 1;
    return network[last] * 2 > all[last];
  }

  /** Seconds from a moment to the first slot in which most calls begin where they should. */
  double until(boolean onNetwork, double fromSeconds) {
    int first = (int) Math.round(fromSeconds / SLOT_SECONDS);
    for (int slot = first; slot < all.length; slot++) {
      boolean mostlyNetwork = network[slot] * 2 > all[slot];
      if (all[slot] > 0 && mostlyNetwork == onNetwork) {
        return (slot - first) * SLOT_SECONDS;
      }
    }
    return Double.POSITIVE_INFINITY;
  }
}
