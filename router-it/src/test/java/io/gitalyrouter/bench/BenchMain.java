package io.gitalyrouter.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.TimeValue;

/** Measures everything and writes the report. */
final class BenchMain {
  private static final String NOTES = "## Notes";

  private final Effort effort;
  private final Path directory;
  private final Measured measured = new Measured();

  private BenchMain(Effort effort, Path directory) {
    this.effort = effort;
    this.directory = directory;
  }

  /** The file to write the report to. */
  public static void main(String[] args) throws Exception {
    quiet();
    Path directory = Files.createTempDirectory("router-bench");
    BenchMain bench = new BenchMain(Effort.full(), directory);
    bench.measure();
    Path report = Path.of(args[0]);
    Files.writeString(report, PerformanceReport.of(bench.measured) + notes(report));
    System.exit(0);
  }

  /** What people wrote at the end of the last report, which stays. */
  static String notes(Path report) throws IOException {
    String before = Files.exists(report) ? Files.readString(report) : "";
    int start = before.indexOf("\n" + NOTES + "\n");
    return start < 0 ? NOTES + "\n" : before.substring(start + 1);
  }

  /** What is measured is not how fast somebody logs. */
  static void quiet() {
    LogManager.getLogManager().reset();
    Logger.getLogger("").setLevel(Level.SEVERE);
  }

  private void measure() throws IOException, RunnerException {
    Machine machine = new Machine();
    measured.machine = machine.describe();
    tell("idle cost, swaps, replay");
    measured.idle.add(IdleCost.measure(10_000, directory));
    measured.swaps.addAll(SwapCost.measure(10_000, 20));
    measured.replays.add(ReplayHeap.measure(15));
    tell("parts");
    measured.parts.addAll(Parts.measure(1, TimeValue.milliseconds(100), 1, 16));
    for (NoopRouter.Way way : NoopRouter.Way.values()) {
      tell("wrapper " + way);
      measured.costs.addAll(WrapperMain.run(way, directory));
    }
    try (ServerProcess server = ServerProcess.open(directory, "main")) {
      for (Transport transport : Transport.values()) {
        tell("macro " + transport.label());
        measured.macro.addAll(new MacroRounds(server.site(), effort).run(transport));
      }
    }
    tell("failover");
    measured.failovers.addAll(new Failover(directory, effort).run());
    measured.conditions = machine.conditions(Machine.ownSeconds());
    tell(measured.conditions);
  }

  private static void tell(String what) {
    System.out.println("[bench] " + what);
  }
}
