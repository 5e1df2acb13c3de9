package io.gitalyrouter.stripe;

/**
 * How many stripes there are, and whose is whose. A stripe may be shared by several threads, so it
 * must be safe for them; it is only faster for one.
 */
public final class Stripes {
  private static final int FEWEST = 16;
  private static final int MOST = 128;

  /** A power of two: 4 for each processor, but {@value #FEWEST} to {@value #MOST}. */
  public static final int COUNT = count(Runtime.getRuntime().availableProcessors());

  private Stripes() {}

  /** So many that of the threads that run at one moment, hardly two share one. */
  static int count(int processors) {
    int wanted = Math.max(FEWEST, Math.min(MOST, 4 * processors));
    int highest = Integer.highestOneBit(wanted);
    return highest == wanted ? wanted : 2 * highest;
  }

  /** The current thread's; threads that were made one after the other have different ones. */
  public static int mine() {
    return (int) Thread.currentThread().getId() & (COUNT - 1);
  }
}
