package io.gitalyrouter.config.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.gitalyrouter.config.DocumentView;
import io.gitalyrouter.config.admin.HostReport;
import io.gitalyrouter.config.check.HostReading;
import io.gitalyrouter.config.check.ServerMetrics;
import io.gitalyrouter.config.check.ServerReading;
import io.gitalyrouter.config.check.ZeroFinding;
import io.gitalyrouter.config.check.ZeroPlan;
import io.gitalyrouter.config.check.ZeroProof;
import io.gitalyrouter.config.check.ZeroReadings;
import io.gitalyrouter.config.check.ZeroReport;
import io.gitalyrouter.config.check.ZeroVerdict;
import io.gitalyrouter.config.store.ChangeStore;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Proves that nothing flows. <em>Not thread-safe; confined to the main thread.</em> */
@Command(
    name = "verify-zero",
    description = {
      "Proves that nothing flows to the network side for as long as the window: by the workers'",
      "counters, by what they still have open, and by the servers' own counters. Takes the window",
      "and a few seconds. Missing data proves nothing."
    },
    exitCodeList = {"0:proved", "7:there is traffic", "8:not known: data is missing"},
    footer = {
      "",
      "Examples:",
      "  gitaly-router verify-zero --window 5m",
      "  gitaly-router verify-zero --host git01 \\",
      "    --server-metrics http://file01.example.com:9236/metrics"
    })
final class VerifyZeroCommand implements Callable<Integer> {
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration PAGE = Duration.ofSeconds(5);

  private final Console console;

  @Mixin private final Place place = new Place();
  @Mixin private final OutputOptions output = new OutputOptions();

  @Option(
      names = "--window",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long nothing may flow, such as 5m; 5m unless given.")
  private Duration window = Duration.ofMinutes(5);

  @Option(
      names = "--host",
      paramLabel = "HOST",
      split = ",",
      description = "The hosts that must all be heard; all of the document unless given.")
  private List<String> hosts = List.of();

  @Option(
      names = "--server-metrics",
      paramLabel = "URL",
      split = ",",
      description = "The metrics pages of the NFS servers' Gitaly.")
  private List<URI> pages = List.of();

  VerifyZeroCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    ChangeStore store = place.store();
    ZeroPlan plan = new ZeroPlan(window, expected(store), ZeroPlan.DEFAULT_MAX_AGE);
    ZeroReadings before = read(store);
    pause(window);
    ZeroReport report = ZeroProof.judge(plan, before, read(store));
    // Reports come every few seconds: the last one may fall short of the window by as much.
    Duration left = plan.maxAge();
    while (report.verdict() == ZeroVerdict.UNKNOWN && !left.isNegative() && !left.isZero()) {
      pause(LOOK);
      left = left.minus(LOOK);
      report = ZeroProof.judge(plan, before, read(store));
    }
    output.print(console, json(report), text(report));
    return exitCode(report.verdict()).code();
  }

  private static ExitCode exitCode(ZeroVerdict verdict) {
    return switch (verdict) {
      case PROVED -> ExitCode.OK;
      case TRAFFIC -> ExitCode.TRAFFIC;
      case UNKNOWN, NOT_ASKED -> ExitCode.UNKNOWN;
    };
  }

  private List<String> expected(ChangeStore store) throws IOException {
    return hosts.isEmpty() ? DocumentView.of(Place.document(store, store.read())).hosts() : hosts;
  }

  private ZeroReadings read(ChangeStore store) throws IOException {
    SortedMap<String, ServerReading> servers = new TreeMap<>();
    ServerMetrics metrics = new ServerMetrics(PAGE);
    for (URI page : pages) {
      servers.put(page.getHost() + ":" + page.getPort(), metrics.read(page));
    }
    List<HostReading> processes =
        store.reports().reports().stream().map(VerifyZeroCommand::reading).toList();
    return new ZeroReadings(console.now(), processes, servers);
  }

  private static HostReading reading(HostReport report) {
    long started =
        report.storages().stream()
            .flatMap(storage -> storage.calls().stream())
            .filter(calls -> calls.route().equals("network"))
            .mapToLong(HostReport.Calls::started)
            .sum();
    return new HostReading(
        report.host(),
        report.process(),
        report.at(),
        started,
        report.networkInFlight(),
        report
            .networkSockets()
            .map(all -> OptionalLong.of(all.stream().mapToLong(HostReport.Sockets::count).sum()))
            .orElse(OptionalLong.empty()));
  }

  private static void pause(Duration time) throws InterruptedException {
    boolean unused = new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static String text(ZeroReport report) {
    TextTable table = TextTable.of("PROOF", "RESULT", "NUMBER", "OF");
    for (ZeroFinding finding : report.findings()) {
      finding
          .details()
          .forEach(
              line ->
                  table.row(
                      finding.proof(),
                      finding.verdict().name(),
                      Long.toString(finding.number()),
                      line));
    }
    return table + report.verdict().name() + "\n";
  }

  private static JsonObject json(ZeroReport report) {
    JsonObject json = new JsonObject();
    json.addProperty("verdict", report.verdict().name());
    JsonArray proofs = new JsonArray();
    for (ZeroFinding finding : report.findings()) {
      JsonObject proof = new JsonObject();
      proof.addProperty("proof", finding.proof());
      proof.addProperty("verdict", finding.verdict().name());
      proof.addProperty("number", finding.number());
      JsonArray details = new JsonArray();
      finding.details().forEach(details::add);
      proof.add("details", details);
      proofs.add(proof);
    }
    json.add("proofs", proofs);
    return json;
  }
}
