package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.admin.AdminClient;
import io.gitalyrouter.config.admin.AdminClient.Answer;
import io.gitalyrouter.config.admin.HostReport;
import io.gitalyrouter.config.admin.HostReport.RouteState;
import io.gitalyrouter.config.source.SourceContent;
import io.gitalyrouter.config.store.AuditEntry;
import io.gitalyrouter.config.store.ChangeStore;
import io.gitalyrouter.config.store.StoreState;
import io.gitalyrouter.transport.InjectedFault;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * Makes up a fault, waits until calls keep off the network side, takes the role back, and waits for
 * the last call there; by the reports of the processes themselves. <em>Not thread-safe; confined to
 * the main thread.</em>
 */
final class RollbackDrill {
  private static final Duration POLL = Duration.ofMillis(20);

  private final Console console;
  private final Place place;
  private final ChangeOptions change;
  private final OutputOptions output;

  RollbackDrill(Console console, Place place, ChangeOptions change, OutputOptions output) {
    this.console = console;
    this.place = place;
    this.change = change;
    this.output = output;
  }

  /**
   * What is rehearsed. <em>Immutable.</em>
   *
   * @param targets which hosts lose which role
   * @param storage whose network side seems to fail
   * @param fault how
   * @param limit how long at most
   * @param budget what the drill may take
   */
  record Plan(
      TargetOptions targets, String storage, InjectedFault fault, Duration limit, Duration budget) {
    String action() {
      return "drill rollback"
          + targets.text()
          + " --storage "
          + storage
          + " --simulate "
          + fault.kind().label();
    }
  }

  /** Does it, and prints how long each part took. */
  int run(Plan plan) throws IOException {
    ChangeStore store = place.store();
    Changer.Wish wish = new DisableWish(plan.targets());
    if (change.isDryRun()) {
      return new Changer(console, store, change, output).run(wish);
    }
    AdminOptions admin = place.admin();
    try (AdminClient client = AdminCalls.client(admin)) {
      requireTraffic(client, plan);
      AdminClient.By by = AdminCalls.by(console, change.reason());
      try {
        long fault = console.ticker().nanos();
        begin(client, plan, by);
        Optional<Duration> trip = await(client, plan, fault, kept(plan));
        long order = console.ticker().nanos();
        int code = new Changer(console.quiet(), store, change, new OutputOptions()).run(wish);
        Duration acknowledged = since(order);
        Optional<Duration> gone = await(client, plan, order, report -> networkCalls(report) == 0);
        DrillTimes times = new DrillTimes(trip, acknowledged, gone, plan.budget());
        record(store, plan, times, code);
        output.print(console, times.json(plan.action()), text(plan, wish, times, code));
        return code == ExitCode.OK.code() ? times.exitCode().code() : code;
      } finally {
        // Processes that have let go of the endpoint have let go of its fault too.
        List<Answer<Boolean>> unused = client.clearFault(plan.storage(), by);
      }
    }
  }

  private void requireTraffic(AdminClient client, Plan plan) throws IOException {
    for (String host : plan.targets().hosts()) {
      boolean flows =
          reports(client, List.of(host)).stream()
              .anyMatch(report -> route(report, plan.storage()) == RouteState.NETWORK);
      if (!flows) {
        throw CommandException.refused(
            host
                + ": none of its processes in "
                + place.admin().directory()
                + " sends calls of "
                + plan.storage()
                + " to the network side; nothing was changed. See: gitaly-router status");
      }
    }
  }

  private void begin(AdminClient client, Plan plan, AdminClient.By by) throws IOException {
    List<Answer<Boolean>> answers =
        client.injectFault(plan.storage(), plan.fault(), plan.limit(), by);
    List<String> without =
        reports(client, plan.targets().hosts()).stream()
            .filter(report -> route(report, plan.storage()) != RouteState.LOCAL)
            .filter(report -> !hasFault(report, plan.storage()))
            .map(report -> report.host() + " process " + report.process())
            .toList();
    if (!without.isEmpty()) {
      answers.forEach(answer -> answer.trouble().ifPresent(console.err()::println));
      throw new CommandException(
          ExitCode.NOT_ACKNOWLEDGED,
          "the fault was not taken by " + String.join(", ", without) + "; nothing was changed");
    }
  }

  /** Calls keep off: whatever is meant for the network side is served locally. */
  private static Predicate<HostReport> kept(Plan plan) {
    return report -> route(report, plan.storage()) != RouteState.NETWORK;
  }

  /** How long after the beginning all processes were seen so; empty if not within the budget. */
  private Optional<Duration> await(
      AdminClient client, Plan plan, long begin, Predicate<HostReport> state) throws IOException {
    while (true) {
      List<HostReport> reports = reports(client, plan.targets().hosts());
      Duration elapsed = since(begin);
      if (!reports.isEmpty() && reports.stream().allMatch(state)) {
        return Optional.of(elapsed);
      }
      if (elapsed.compareTo(plan.budget()) >= 0) {
        return Optional.empty();
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  private Duration since(long begin) {
    return Duration.ofNanos(console.ticker().nanos() - begin);
  }

  private static List<HostReport> reports(AdminClient client, List<String> hosts)
      throws IOException {
    return AdminCalls.values(client.reports()).stream()
        .filter(report -> hosts.contains(report.host()))
        .toList();
  }

  private static RouteState route(HostReport report, String storage) {
    return report.storages().stream()
        .filter(one -> one.storage().equals(storage))
        .map(HostReport.Storage::route)
        .findFirst()
        .orElse(RouteState.LOCAL);
  }

  private static boolean hasFault(HostReport report, String storage) {
    List<String> addresses =
        report.storages().stream()
            .filter(one -> one.storage().equals(storage))
            .flatMap(one -> one.network().stream())
            .toList();
    return report.endpoints().stream()
        .filter(endpoint -> addresses.contains(endpoint.address()))
        .anyMatch(endpoint -> endpoint.fault().isPresent());
  }

  /** Calls on the network side of storages that no role sends there. */
  private static long networkCalls(HostReport report) {
    return report.storages().stream()
        .filter(storage -> storage.route() == RouteState.LOCAL)
        .flatMap(storage -> storage.calls().stream())
        .filter(calls -> calls.route().equals("network"))
        .mapToLong(HostReport.Calls::inFlight)
        .sum();
  }

  private void record(ChangeStore store, Plan plan, DrillTimes times, int code) throws IOException {
    StoreState now = store.read();
    String fingerprint = now.document().map(SourceContent::fingerprint).orElse("");
    // The host stands first: that is how the audit of one host is found.
    String hosts = String.join(",", plan.targets().hosts());
    List<String> lines = new ArrayList<>();
    times.lines().forEach(line -> lines.add(hosts + ": " + line));
    if (code != ExitCode.OK.code()) {
      lines.add(hosts + ": not acknowledged by all hosts");
    }
    store.append(
        new AuditEntry(
            UUID.randomUUID().toString().substring(0, 8),
            console.now(),
            console.actor().toString(),
            plan.action(),
            change.reason(),
            change.change(),
            fingerprint,
            fingerprint,
            now.generation(),
            lines));
  }

  private static String text(Plan plan, Changer.Wish wish, DrillTimes times, int code) {
    TextTable table = TextTable.of("FROM", "TO", "TOOK");
    times.phases().forEach(phase -> table.row(phase.from(), phase.to(), phase.took()));
    return plan.action()
        + "\n"
        + table
        + times.verdict()
        + "\n"
        + (code == ExitCode.OK.code() ? "" : "the rollback was not acknowledged by all hosts\n")
        + "undo: "
        + wish.undo()
        + "\n";
  }
}
