package io.gitalyrouter.config.compare;

/**
 * An estimate and the interval in which the truth lies with the plan's confidence.
 * <em>Immutable.</em>
 *
 * @param estimate the best single value
 * @param lower the interval's lower end
 * @param upper the interval's upper end
 */
public record Interval(double estimate, double lower, double upper) {
  static Interval around(double estimate, double halfWidth) {
    return new Interval(estimate, estimate - halfWidth, estimate + halfWidth);
  }

  Interval exp() {
    return new Interval(Math.exp(estimate), Math.exp(lower), Math.exp(upper));
  }

  /** The wider of both at each end. */
  Interval widenedBy(Interval other) {
    return new Interval(estimate, Math.min(lower, other.lower()), Math.max(upper, other.upper()));
  }

  /** Whether a value lies inside. */
  public boolean contains(double value) {
    return lower <= value && value <= upper;
  }
}
