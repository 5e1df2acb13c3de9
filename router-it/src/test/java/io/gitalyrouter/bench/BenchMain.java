package io.gitalyrouter.bench;

import io.gitalyrouter.etcd.EtcdFleet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.openjdk.jmh.runner.options.TimeValue;

/** Measures everything and writes the report. */
final class BenchMain {
  private static final String NOTES = "## Notes";

  private static final int SWAPS = 20;

  private final Effort effort;
  private final Path directory;
  private final Path report;
  private final Machine machine = new Machine();
  private final Measured measured = new Measured();

  private BenchMain(Effort effort, Path directory, Path report) {
    this.effort = effort;
    this.directory = directory;
    this.report = report;
  }

  /** The file to write the report to; and {@link Effort#SMOKE}, only to see that all runs. */
  public static void main(String[] args) throws Exception {
    quiet();
    Path directory = Files.createTempDirectory("router-bench");
    Effort effort = Effort.named(args.length > 1 ? args[1] : Effort.FULL);
    BenchMain bench = new BenchMain(effort, directory, Path.of(args[0]));
    bench.measure();
    System.exit(bench.measured.problems.isEmpty() ? 0 : 1);
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

  /** A section; what it measured is kept when another one fails. */
  private interface Section {
    void measure() throws Exception;
  }

  private void measure() throws IOException {
    measured.machine = machine.describe();
    int many = effort.storages().stream().max(Integer::compare).orElseThrow();
    section("idle cost", () -> measured.idle.add(IdleCost.measure(many, directory)));
    section("swaps", () -> measured.swaps.addAll(SwapCost.measure(many, SWAPS)));
    section("replay", () -> measured.replays.add(ReplayHeap.measure(15)));
    section(
        "fleet",
        () -> {
          Effort.Fleet fleet = effort.fleet();
          measured.fleets.add(RouterFleet.measure(fleet.hosts(), fleet.storages(), fleet.idle()));
        });
    section("etcd", this::etcd);
    section(
        "parts", () -> measured.parts.addAll(Parts.measure(1, TimeValue.milliseconds(100), 1, 16)));
    for (NoopRouter.Way way : NoopRouter.Way.values()) {
      section(
          "wrapper " + way,
          () -> {
            measured.costs.addAll(WrapperMain.run(way, effort, directory));
            measured.allocations.put(way, AllocationProfile.run(way, directory));
          });
    }
    for (Transport transport : Transport.values()) {
      section("macro " + transport.label(), () -> macro(transport));
    }
    section("git", () -> measured.git.addAll(new GitWorkload(directory, effort.git()).run()));
    section("failover", () -> measured.failovers.addAll(new Failover(directory, effort).run()));
    tell(measured.conditions);
  }

  private void etcd() throws IOException, InterruptedException {
    Effort.Fleet fleet = effort.fleet();
    if (EtcdFleet.isPossible()) {
      measured.etcd.add(
          EtcdFleet.measure(
              directory.resolve("etcd"),
              new EtcdFleet.Plan(
                  fleet.hosts(), fleet.storages(), fleet.toggles(), fleet.idle().dividedBy(3))));
    }
  }

  private void macro(Transport transport) throws IOException {
    try (ServerProcess server = ServerProcess.open(directory, "main")) {
      measured.macro.addAll(new MacroRounds(server.site(), effort).run(transport));
    }
  }

  /** Measures one and writes what there is by now. */
  private void section(String name, Section section) throws IOException {
    tell(name);
    try {
      section.measure();
    } catch (Exception | AssertionError e) {
      e.printStackTrace();
      measured.problems.add(name + ": " + e);
    }
    measured.conditions = machine.conditions(Machine.ownSeconds());
    Files.writeString(report, PerformanceReport.of(measured) + notes(report));
  }

  private static void tell(String what) {
    System.out.println("[bench] " + what);
  }
}
