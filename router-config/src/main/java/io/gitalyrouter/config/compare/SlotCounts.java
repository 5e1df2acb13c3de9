package io.gitalyrouter.config.compare;

import io.gitalyrouter.timing.TimingKey;

/**
 * What one slot says of the calls of one key. <em>Immutable.</em>
 *
 * @param startMillis the slot's begin, since the epoch
 * @param endMillis the slot's end
 */
record SlotCounts(TimingKey key, long startMillis, long endMillis, Counts counts) {
  long middleMillis() {
    return startMillis + (endMillis - startMillis) / 2;
  }
}
