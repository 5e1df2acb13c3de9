package io.gitalyrouter.call;

import io.gitalyrouter.stripe.Stripes;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Arrays that calls borrow for a moment, so that looking at a message makes no garbage. Who finds
 * none makes one, so nobody ever waits. <em>Thread-safe.</em>
 */
public final class SpareBytes {
  /** Longer messages get an array of their own. */
  static final int LONGEST = 4096;

  /** So far apart that two places do not share a cache line. */
  private static final int STRIDE = 32;

  /** A place is chosen by thread; what is in it belongs to who takes it out. */
  private final AtomicReferenceArray<byte[]> places =
      new AtomicReferenceArray<>(Stripes.COUNT * STRIDE);

  /** An array of that length at least, of any content. */
  byte[] take(int length) {
    if (length > LONGEST) {
      return new byte[length];
    }
    byte[] spare = places.getAndSet(place(), null);
    return spare == null ? new byte[LONGEST] : spare;
  }

  /** Gives back an array, which the caller must not touch any more. */
  void give(byte[] array) {
    if (array.length == LONGEST) {
      places.setRelease(place(), array);
    }
  }

  private static int place() {
    return Stripes.mine() * STRIDE;
  }
}
