package io.gitalyrouter.bench;

import io.gitalyrouter.bench.NoopRouter.Way;
import io.grpc.Channel;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * One kind of object that a call makes. Counted, not sampled: what lies in the heap after many
 * calls without a collection, less what lay there before. <em>Immutable.</em>
 *
 * @param type the class, without its package
 * @param objects a call
 * @param bytes a call
 */
record AllocationProfile(String type, double objects, double bytes) {
  private static final int CALLS = 200_000;
  private static final Duration WARM_UP = Duration.ofSeconds(4);
  private static final double LEAST_BYTES = 1;

  /** A rank, so many objects, their bytes and their class. */
  private static final Pattern ROW = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+(\\d+)\\s+(\\S+).*");

  private record Count(long objects, long bytes) {
    static final Count NONE = new Count(0, 0);
  }

  /** The way, and the file to write the profile to. */
  public static void main(String[] args) throws IOException, JMException {
    BenchMain.quiet();
    try (NoopRouter router = NoopRouter.open(1, Way.valueOf(args[0]))) {
      List<AllocationProfile> profile = measure(router.channel());
      Files.write(Path.of(args[1]), profile.stream().map(AllocationProfile::line).toList());
    }
    System.exit(0);
  }

  /** Runs it with a young generation that holds what all calls make, and reads its results. */
  static List<AllocationProfile> run(Way way, Path directory) throws IOException {
    Path results = directory.resolve("allocations-" + way + ".txt");
    OwnProcess.run(
        List.of("-XX:+UseSerialGC", "-Xms640m", "-Xmx640m", "-Xmn512m"),
        AllocationProfile.class,
        way.name(),
        results.toString());
    return Files.readAllLines(results).stream().map(AllocationProfile::parse).toList();
  }

  private static List<AllocationProfile> measure(Channel channel) throws JMException {
    WrapperRounds.warmUp(channel, WARM_UP.toNanos());
    System.gc();
    Map<String, Count> before = histogram();
    for (int i = 0; i < CALLS; i++) {
      NoopCall.make(channel);
    }
    Map<String, Count> after = histogram();
    List<AllocationProfile> profile = new ArrayList<>();
    after.forEach(
        (type, count) -> {
          Count old = before.getOrDefault(type, Count.NONE);
          double bytes = (double) (count.bytes() - old.bytes()) / CALLS;
          if (bytes >= LEAST_BYTES) {
            profile.add(
                new AllocationProfile(
                    simple(type), (double) (count.objects() - old.objects()) / CALLS, bytes));
          }
        });
    profile.sort(Comparator.comparingDouble(AllocationProfile::bytes).reversed());
    return profile;
  }

  /** All objects by class, also those that nobody reaches any more. */
  private static Map<String, Count> histogram() throws JMException {
    Object text =
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "gcClassHistogram",
                new Object[] {new String[] {"-all"}},
                new String[] {String[].class.getName()});
    Map<String, Count> counts = new HashMap<>();
    for (String line : text.toString().lines().toList()) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        counts.put(
            row.group(3), new Count(Long.parseLong(row.group(1)), Long.parseLong(row.group(2))));
      }
    }
    return counts;
  }

  private static String simple(String type) {
    return switch (type) {
      case "[B" -> "byte[]";
      case "[Ljava.lang.Object;" -> "Object[]";
      default -> type.substring(type.lastIndexOf('.') + 1).replace('$', '.');
    };
  }

  String line() {
    return type + "\t" + objects + "\t" + bytes;
  }

  static AllocationProfile parse(String line) {
    List<String> cells = List.of(line.split("\t", -1));
    return new AllocationProfile(
        cells.get(0), Double.parseDouble(cells.get(1)), Double.parseDouble(cells.get(2)));
  }
}
