package io.gitalyrouter.config.compare;

import io.gitalyrouter.route.Route;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The network arm's calls in a sixtieth of the window. <em>Immutable.</em>
 *
 * @param begin its begin
 * @param calls calls meant for the network side that may go there
 * @param servedLocally those of them that were served locally
 */
public record FallbackMoment(Instant begin, long calls, long servedLocally) {
  private static final int PARTS = 60;

  static List<FallbackMoment> of(Window window, List<SlotCounts> slots) {
    long from = window.from().toEpochMilli();
    long length = Math.max(1, window.end().toEpochMilli() - from);
    long[] calls = new long[PARTS];
    long[] local = new long[PARTS];
    for (SlotCounts slot : slots) {
      if (Rates.mayFallBack(slot.key())) {
        int part = (int) ((slot.middleMillis() - from) * PARTS / length);
        calls[part] += slot.counts().calls();
        local[part] += slot.key().served() == Route.LOCAL ? slot.counts().calls() : 0;
      }
    }
    List<FallbackMoment> moments = new ArrayList<>();
    for (int part = 0; part < PARTS; part++) {
      if (calls[part] > 0) {
        moments.add(
            new FallbackMoment(
                Instant.ofEpochMilli(from + part * length / PARTS), calls[part], local[part]));
      }
    }
    return moments;
  }
}
