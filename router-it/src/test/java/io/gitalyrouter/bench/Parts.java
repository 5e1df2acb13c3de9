package io.gitalyrouter.bench;

import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * One step of a call, as JMH measured it. <em>Immutable.</em>
 *
 * @param name the benchmark's
 * @param nanos each
 * @param error half the width of the 99.9 % interval
 * @param bytes allocated each
 */
record Parts(String name, int threads, double nanos, double error, double bytes) {

  /** Measures all steps with these numbers of threads. */
  static List<Parts> measure(int forks, TimeValue iteration, int... threadCounts)
      throws RunnerException {
    List<Parts> parts = new ArrayList<>();
    for (int threads : threadCounts) {
      for (RunResult result :
          new Runner(
                  new OptionsBuilder()
                      .include("\\b" + PartsBenchmark.class.getSimpleName() + "\\b")
                      .forks(forks)
                      .threads(threads)
                      .warmupIterations(3)
                      .warmupTime(iteration)
                      .measurementIterations(10)
                      .measurementTime(iteration)
                      .addProfiler(GCProfiler.class)
                      .verbosity(VerboseMode.SILENT)
                      .build())
              .run()) {
        String name = result.getPrimaryResult().getLabel();
        parts.add(
            new Parts(
                name,
                threads,
                result.getPrimaryResult().getScore(),
                result.getPrimaryResult().getScoreError(),
                bytes(result)));
      }
    }
    return parts;
  }

  @SuppressWarnings("rawtypes") // As JMH gives them.
  private static double bytes(RunResult result) {
    return result.getSecondaryResults().entrySet().stream()
        .filter(entry -> entry.getKey().endsWith("gc.alloc.rate.norm"))
        .mapToDouble(entry -> entry.getValue().getScore())
        .findFirst()
        .orElse(Double.NaN);
  }
}
