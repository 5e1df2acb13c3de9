package io.gitalyrouter.sim.time;

import java.util.random.RandomGenerator;

/**
 * SplitMix64, written out, so that no JDK draws other numbers from the same seed. <em>Not
 * thread-safe; confined to the thread that runs the simulation.</em>
 */
public final class Chance implements RandomGenerator {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private long state;

  private Chance(long seed) {
    this.state = seed;
  }

  /** The numbers of a seed. */
  public static Chance of(long seed) {
    return new Chance(seed);
  }

  /**
   * The numbers of one thing among many: they do not depend on what others draw, nor on the order.
   */
  public static Chance of(long seed, String who, long number) {
    long mixed = mix(seed * GOLDEN + number);
    for (int i = 0; i < who.length(); i++) {
      mixed = mix(mixed + who.charAt(i));
    }
    return new Chance(mixed);
  }

  @Override
  public long nextLong() {
    state += GOLDEN;
    return mix(state);
  }

  @Override
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  @Override
  public int nextInt(int bound) {
    return (int) (nextDouble() * bound);
  }

  /** A draw from the exponential distribution with this mean. */
  public double exponential(double mean) {
    return -mean * StrictMath.log(1 - nextDouble());
  }

  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
