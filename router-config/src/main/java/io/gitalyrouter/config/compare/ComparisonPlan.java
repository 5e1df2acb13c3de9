package io.gitalyrouter.config.compare;

import java.time.Duration;
import java.time.Instant;

/**
 * What is fixed before a comparison begins, so that nobody can choose it by the result.
 * <em>Immutable.</em>
 *
 * @param design how calls are given to the arms
 * @param percent the share of calls meant for the network side, above 0 and below 100; used by the
 *     interleaved designs
 * @param from the begin of the window
 * @param until its end; before it there is no verdict, but at the looks that were planned
 * @param looks how often the result may be looked at, at even distances, the last at the end; the
 *     intervals are widened for it. Between two looks the report stays that of the last one
 * @param slot the length of the logs' slots
 * @param settle how long after a start, a toggle or a new table the calls of that host are left out
 * @param block the length of a switchback's blocks, the first of which begins with the window; two
 *     neighbouring ones are a pair, of which one is on and one is off, in any order
 * @param margins what counts as worse
 * @param replicates of the bootstrap, at least 200
 * @param seed of the bootstrap; the same logs, plan and seed give the same report
 */
public record ComparisonPlan(
    Design design,
    double percent,
    Instant from,
    Instant until,
    int looks,
    Duration slot,
    Duration settle,
    Duration block,
    Margins margins,
    int replicates,
    long seed) {
  /** The share of intervals that miss the truth. */
  static final double ALPHA = 0.05;

  /** The default of {@code settle}. */
  public static final Duration DEFAULT_SETTLE = Duration.ofSeconds(60);

  /** The default of {@code block}. */
  public static final Duration DEFAULT_BLOCK = Duration.ofMinutes(5);

  /** The default of {@code replicates}. */
  public static final int DEFAULT_REPLICATES = 500;

  /** Checks the ranges. */
  public ComparisonPlan {
    if (design.isInterleaved() && !(percent > 0 && percent < 100)) {
      throw new IllegalArgumentException("percent: " + percent + " (expected: > 0 and < 100)");
    }
    if (!from.isBefore(until)) {
      throw new IllegalArgumentException("until: " + until + " (expected: after " + from + ")");
    }
    if (looks < 1 || replicates < 200) {
      throw new IllegalArgumentException(
          "looks: " + looks + ", replicates: " + replicates + " (expected: >= 1, >= 200)");
    }
    if (slot.isNegative() || slot.isZero() || settle.isNegative()) {
      throw new IllegalArgumentException(
          "slot: " + slot + ", settle: " + settle + " (expected: > 0, >= 0)");
    }
    if (block.compareTo(slot.plus(settle)) <= 0) {
      throw new IllegalArgumentException(
          "block: " + block + " (expected: > slot and settling time together)");
    }
  }

  /** A plan with half of the calls in each arm, one look at the end, and the defaults. */
  public static ComparisonPlan of(Design design, Instant from, Instant until) {
    return new ComparisonPlan(
        design,
        50,
        from,
        until,
        1,
        Duration.ofSeconds(10),
        DEFAULT_SETTLE,
        DEFAULT_BLOCK,
        Margins.DEFAULT,
        DEFAULT_REPLICATES,
        1);
  }

  /** The same with another share of calls for the network side. */
  public ComparisonPlan withPercent(double share) {
    return new ComparisonPlan(
        design, share, from, until, looks, slot, settle, block, margins, replicates, seed);
  }

  /** The same with so many looks. */
  public ComparisonPlan withLooks(int number) {
    return new ComparisonPlan(
        design, percent, from, until, number, slot, settle, block, margins, replicates, seed);
  }

  /** The same with other margins. */
  public ComparisonPlan withMargins(Margins others) {
    return new ComparisonPlan(
        design, percent, from, until, looks, slot, settle, block, others, replicates, seed);
  }

  /** The same with slots, a settling time and blocks of other lengths. */
  public ComparisonPlan withTimes(Duration slotLength, Duration settling, Duration blockLength) {
    return new ComparisonPlan(
        design,
        percent,
        from,
        until,
        looks,
        slotLength,
        settling,
        blockLength,
        margins,
        replicates,
        seed);
  }

  /** The same over another window. */
  public ComparisonPlan withWindow(Instant begin, Instant end) {
    return new ComparisonPlan(
        design, percent, begin, end, looks, slot, settle, block, margins, replicates, seed);
  }

  /** The same with another bootstrap. */
  public ComparisonPlan withBootstrap(int number, long otherSeed) {
    return new ComparisonPlan(
        design, percent, from, until, looks, slot, settle, block, margins, number, otherSeed);
  }

  /** The share of intervals that contain the truth, each by itself. */
  public double confidence() {
    return 1 - ALPHA / looks;
  }
}
