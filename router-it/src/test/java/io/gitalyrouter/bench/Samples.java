package io.gitalyrouter.bench;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** A few measured numbers of one kind. <em>Not changed after they are made.</em> */
final class Samples {
  private final double[] sorted;

  private Samples(double[] values) {
    this.sorted = values;
    Arrays.sort(sorted);
  }

  static <T> Samples of(List<T> measured, ToDoubleFunction<T> number) {
    return new Samples(measured.stream().mapToDouble(number).toArray());
  }

  double median() {
    return quantile(0.5);
  }

  /** Linear between neighbours. */
  double quantile(double share) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    double at = share * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
