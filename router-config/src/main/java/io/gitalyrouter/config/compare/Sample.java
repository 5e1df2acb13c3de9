package io.gitalyrouter.config.compare;

import io.gitalyrouter.route.Route;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The durations of all compared calls by stratum, arm, cluster and bucket, and the quantiles of
 * groups of strata under weights of the clusters. A group's distribution in either arm is that of
 * its strata, each with the share that it has in the local arm: both arms are seen with one mix.
 * <em>Immutable.</em>
 */
final class Sample {
  private final Strata strata;
  private final double[] lower;
  private final double[] upper;

  /** By arm, then stratum. */
  private final Cell[][] cells;

  private Sample(Strata strata, double[] lower, double[] upper, Cell[][] cells) {
    this.strata = strata;
    this.lower = lower;
    this.upper = upper;
    this.cells = cells;
  }

  /** The calls of one stratum in one arm, sorted by cluster, then bucket. */
  private static final class Cell {
    private final int[] cluster;
    private final int[] bucket;
    private final double[] count;

    Cell(int[] cluster, int[] bucket, double[] count) {
      this.cluster = cluster;
      this.bucket = bucket;
      this.count = count;
    }

    int[] cluster() {
      return cluster;
    }

    int[] bucket() {
      return bucket;
    }

    double[] count() {
      return count;
    }
  }

  static Sample of(Strata strata, Assigned assigned) {
    long[] edges =
        assigned.slots().stream()
            .flatMapToLong(slot -> Arrays.stream(slot.counts().counts().lower()))
            .sorted()
            .distinct()
            .toArray();
    double[] upper = new double[edges.length];
    int clusters = assigned.clusters().size();
    List<Map<Integer, double[][]>> dense = List.of(new TreeMap<>(), new TreeMap<>());
    for (Assigned.Slot slot : assigned.slots()) {
      int stratum = strata.of(slot.counts().key());
      if (stratum < 0) {
        continue;
      }
      double[][] into =
          dense.get(arm(slot.arm())).computeIfAbsent(stratum, made -> new double[clusters][]);
      double[] row = into[slot.cluster()];
      if (row == null) {
        row = new double[edges.length];
        into[slot.cluster()] = row;
      }
      Counts counts = slot.counts().counts();
      for (int i = 0; i < counts.lower().length; i++) {
        int bucket = Arrays.binarySearch(edges, counts.lower()[i]);
        row[bucket] += counts.count()[i];
        upper[bucket] = Math.max(upper[bucket], (double) counts.upper()[i]);
      }
    }
    Cell[][] cells = new Cell[2][strata.count()];
    for (int arm = 0; arm < 2; arm++) {
      for (int stratum = 0; stratum < strata.count(); stratum++) {
        cells[arm][stratum] = sparse(dense.get(arm).get(stratum));
      }
    }
    double[] lower = Arrays.stream(edges).mapToDouble(edge -> edge).toArray();
    return new Sample(strata, lower, upper, cells);
  }

  private static Cell sparse(double @Nullable [][] rows) {
    List<int[]> places = new ArrayList<>();
    if (rows != null) {
      for (int cluster = 0; cluster < rows.length; cluster++) {
        double[] row = rows[cluster];
        for (int bucket = 0; row != null && bucket < row.length; bucket++) {
          if (row[bucket] > 0) {
            places.add(new int[] {cluster, bucket});
          }
        }
      }
    }
    int size = places.size();
    Cell cell = new Cell(new int[size], new int[size], new double[size]);
    for (int i = 0; rows != null && i < size; i++) {
      int[] place = places.get(i);
      cell.cluster()[i] = place[0];
      cell.bucket()[i] = place[1];
      cell.count()[i] = rows[place[0]][place[1]];
    }
    return cell;
  }

  static int arm(Route route) {
    return route == Route.NETWORK ? 1 : 0;
  }

  /**
   * The quantiles of every group, in nanoseconds, by group, then quantile.
   *
   * @param weights how often each cluster counts
   */
  double[][] quantiles(int arm, double[] weights, double[] quantiles) {
    List<Strata.Group> groups = strata.groups();
    double[][] sums = new double[groups.size()][lower.length];
    double[] own = new double[lower.length];
    for (int stratum = 0; stratum < strata.count(); stratum++) {
      Arrays.fill(own, 0);
      double calls = add(cells[arm][stratum], weights, own);
      if (calls == 0) {
        continue;
      }
      double scale = strata.mix(stratum) / calls;
      for (int group : strata.groupsOf(stratum)) {
        double[] sum = sums[group];
        for (int bucket = 0; bucket < own.length; bucket++) {
          sum[bucket] += scale * own[bucket];
        }
      }
    }
    double[][] found = new double[groups.size()][];
    for (int group = 0; group < found.length; group++) {
      found[group] = quantiles(sums[group], quantiles);
    }
    return found;
  }

  private static double add(Cell cell, double[] weights, double[] own) {
    double calls = 0;
    for (int i = 0; i < cell.count().length; i++) {
      double weighted = weights[cell.cluster()[i]] * cell.count()[i];
      own[cell.bucket()[i]] += weighted;
      calls += weighted;
    }
    return calls;
  }

  /** Within a bucket the calls are taken as spread evenly. */
  private double[] quantiles(double[] counts, double[] quantiles) {
    double total = Arrays.stream(counts).sum();
    double[] found = new double[quantiles.length];
    Arrays.fill(found, Double.NaN);
    double below = 0;
    int next = 0;
    for (int bucket = 0; bucket < counts.length && next < found.length; bucket++) {
      double here = counts[bucket];
      while (here > 0 && next < found.length && below + here >= quantiles[next] * total) {
        double part = Math.max(0, (quantiles[next] * total - below) / here);
        found[next] = lower[bucket] + part * (upper[bucket] - lower[bucket]);
        next++;
      }
      below += here;
    }
    return found;
  }
}
