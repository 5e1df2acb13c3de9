package io.gitalyrouter.config.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.gitalyrouter.config.DocumentView;
import io.gitalyrouter.config.check.CheckLevel;
import io.gitalyrouter.config.check.CheckResult;
import io.gitalyrouter.config.check.PrecheckPlan;
import io.gitalyrouter.config.check.PrecheckReport;
import io.gitalyrouter.config.store.ChangeStore;
import io.gitalyrouter.config.store.OngoingChange;
import io.gitalyrouter.route.StorageRoutes;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Asks what must hold before a change. <em>Not thread-safe; confined to the main thread.</em> */
@Command(
    name = "precheck",
    description = {
      "Asks, on both routes of each storage, everything that must hold before a role is given to a",
      "host. Connects from this process: run it on a worker host. What cannot be asked fails."
    },
    exitCodeList = {"0:nothing forbids the change", "1:a check failed"},
    footer = {
      "",
      "Examples:",
      "  gitaly-router precheck --host git01 --expect-version 16.7.0",
      "  gitaly-router precheck --storage nfs-file01 --probe-repository nfs-file01:group/a.git"
    })
final class PrecheckCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private final Place place = new Place();
  @Mixin private final OutputOptions output = new OutputOptions();

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "A host that the change is about; may be repeated. All hosts unless given.")
  private List<String> hosts = List.of();

  @Option(
      names = "--storage",
      paramLabel = "STORAGE",
      description =
          "A storage that the change is about; may be repeated. All with a network endpoint unless"
              + " given.")
  private List<String> storages = List.of();

  @Option(
      names = "--expect-version",
      paramLabel = "VERSION",
      description = "The version that every server must have. That they agree is asked anyway.")
  private Optional<String> expectVersion = Optional.empty();

  @Option(
      names = "--probe-repository",
      paramLabel = "STORAGE:PATH",
      description =
          "A repository whose refs are read on both routes and compared; may be repeated, one for"
              + " each storage.")
  private List<String> probes = List.of();

  @Option(
      names = "--prometheus",
      paramLabel = "URL",
      description = "Where scraping of the workers and the load of the NFS hosts are looked up.")
  private Optional<URI> prometheus = Optional.empty();

  PrecheckCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    ChangeStore store = place.store();
    PrecheckPlan plan = plan(DocumentView.of(Place.document(store, store.read())));
    PrecheckReport report = Prechecks.run(plan, console.clock(), () -> othersIn(store));
    output.print(console, json(report), text(report));
    return (report.isPassed() ? ExitCode.OK : ExitCode.FAILED).code();
  }

  /** One's own lock is taken before the precheck, and is no obstacle. */
  private Optional<String> othersIn(ChangeStore store) throws IOException {
    return store
        .read()
        .ongoing()
        .filter(change -> !LockCommand.isOwn(change, console))
        .map(OngoingChange::toString);
  }

  private PrecheckPlan plan(DocumentView document) {
    hosts.forEach(host -> requireKnown("host", host, document.hosts()));
    storages.forEach(storage -> requireKnown("storage", storage, document.storages()));
    List<StorageRoutes> asked =
        Prechecks.routes(document, document.storages()).stream()
            .filter(
                routes ->
                    storages.isEmpty()
                        ? routes.network().isPresent()
                        : storages.contains(routes.storage()))
            .toList();
    try {
      return new PrecheckPlan(
          asked,
          hosts.isEmpty() ? document.hosts() : hosts,
          expectVersion,
          probeRepositories(),
          prometheus,
          place.admin().timeout(),
          PrecheckPlan.DEFAULT_CERTIFICATE_MARGIN);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }

  private Map<String, String> probeRepositories() {
    Map<String, String> paths = new LinkedHashMap<>();
    for (String probe : probes) {
      int colon = probe.indexOf(':');
      if (colon < 1 || colon == probe.length() - 1) {
        throw CommandException.usage("--probe-repository: " + probe + " (expected: STORAGE:PATH)");
      }
      paths.put(probe.substring(0, colon), probe.substring(colon + 1));
    }
    return paths;
  }

  private static void requireKnown(String what, String name, List<String> known) {
    if (!known.contains(name)) {
      throw CommandException.usage(
          "--" + what + ": " + name + " is not in the document (expected: one of " + known + ")");
    }
  }

  private static String text(PrecheckReport report) {
    TextTable table = TextTable.of("NO", "RESULT", "OF", "CHECK", "FOUND", "TO DO");
    int number = 0;
    for (CheckResult result : report.results()) {
      number++;
      table.row(
          Integer.toString(number),
          result.level().name(),
          result.subject(),
          result.check(),
          result.found(),
          result.advice());
    }
    return table
        + String.format(
            Locale.ROOT,
            "%s: %d passed, %d warnings, %d failed%n",
            report.isPassed() ? "PASS" : "FAIL",
            report.count(CheckLevel.PASS),
            report.count(CheckLevel.WARN),
            report.count(CheckLevel.FAIL));
  }

  private static JsonObject json(PrecheckReport report) {
    JsonObject json = new JsonObject();
    json.addProperty("passed", report.isPassed());
    JsonArray checks = new JsonArray();
    for (CheckResult result : report.results()) {
      JsonObject check = new JsonObject();
      check.addProperty("number", checks.size() + 1);
      check.addProperty("result", result.level().name());
      check.addProperty("of", result.subject());
      check.addProperty("check", result.check());
      check.addProperty("found", result.found());
      check.addProperty("advice", result.advice());
      checks.add(check);
    }
    json.add("checks", checks);
    return json;
  }
}
