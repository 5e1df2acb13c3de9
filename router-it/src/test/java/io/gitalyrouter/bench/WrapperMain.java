package io.gitalyrouter.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** {@link WrapperRounds} of one way, in a process of its own. */
final class WrapperMain {
  private WrapperMain() {}

  /** The way, the effort, and the file to write the results to. */
  public static void main(String[] args) throws IOException {
    BenchMain.quiet();
    List<WrapperRounds.Cost> costs =
        new WrapperRounds(Effort.named(args[1])).run(NoopRouter.Way.valueOf(args[0]));
    Files.write(Path.of(args[2]), costs.stream().map(WrapperMain::line).toList());
    System.exit(0);
  }

  /** Runs it, and reads its results. */
  static List<WrapperRounds.Cost> run(NoopRouter.Way way, Effort effort, Path directory)
      throws IOException {
    Path results = directory.resolve("wrapper-" + way + ".txt");
    // Of a large heap every collection hands out memory that was not touched lately.
    OwnProcess.run(
        List.of("-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch"),
        WrapperMain.class,
        way.name(),
        effort.name(),
        results.toString());
    List<WrapperRounds.Cost> costs = new ArrayList<>();
    for (String line : Files.readAllLines(results)) {
      costs.add(parse(way, line));
    }
    return costs;
  }

  static String line(WrapperRounds.Cost cost) {
    return cost.threads()
        + " "
        + cost.storages()
        + " "
        + cost.pairs().stream()
            .map(pair -> numbers(pair.bare()) + ":" + numbers(pair.routed()))
            .collect(Collectors.joining(" "));
  }

  private static String numbers(WrapperRounds.Run run) {
    return run.nanosPerCall() + ":" + run.cpuNanosPerCall() + ":" + run.bytesPerCall();
  }

  static WrapperRounds.Cost parse(NoopRouter.Way way, String line) {
    List<String> words = List.of(line.split(" ", -1));
    return new WrapperRounds.Cost(
        way,
        Integer.parseInt(words.get(0)),
        Integer.parseInt(words.get(1)),
        words.stream().skip(2).map(WrapperMain::pair).toList());
  }

  private static WrapperRounds.Pair pair(String word) {
    double[] numbers =
        Arrays.stream(word.split(":", -1)).mapToDouble(Double::parseDouble).toArray();
    return new WrapperRounds.Pair(
        new WrapperRounds.Run(numbers[0], numbers[1], numbers[2]),
        new WrapperRounds.Run(numbers[3], numbers[4], numbers[5]));
  }
}
