package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.DocumentView;
import io.gitalyrouter.config.admin.AdminClient;
import io.gitalyrouter.config.admin.AdminClient.Answer;
import io.gitalyrouter.config.admin.Diagnosis;
import io.gitalyrouter.config.admin.HostReport;
import io.gitalyrouter.config.store.AuditEntry;
import io.gitalyrouter.config.store.ChangeStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Collects what helps in an incident. <em>Not thread-safe; confined to the main thread.</em> */
@Command(
    name = "doctor",
    description = {
      "Collects what helps in an incident into one tar.gz that only its owner may read: status, the threads",
      "and meters of this host's processes, the document and what it means for each host, the newest",
      "changes, and the files that are named. Secrets in all of these are blanked. What cannot be had is",
      "told in the bundle."
    },
    exitCodeList = {"0:written", "8:written, but no process was heard"},
    footer = {
      "",
      "Examples:",
      "  gitaly-router doctor --file bundle.tar.gz --config /etc/gitaly-router/router.yaml"
    })
final class DoctorCommand implements Callable<Integer> {
  /** So many changes tell what led to the incident. */
  private static final int NEWEST = 200;

  private final Console console;

  @Mixin private final Place place = new Place();

  @Option(names = "--file", required = true, paramLabel = "FILE", description = "The bundle; new.")
  private Path file = Path.of("");

  @Option(
      names = "--include",
      paramLabel = "FILE",
      description = "More to be put into it, such as a log; may be repeated.")
  private List<Path> more = List.of();

  DoctorCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Bundle bundle = new Bundle();
    boolean heard = false;
    Optional<DocumentView> document = Optional.empty();
    try {
      FleetStatus fleet = FleetStatus.look(place, Optional.empty());
      heard = !fleet.reports().isEmpty();
      document = fleet.desired().flatMap(FleetStatus.Desired::view);
      bundle.add("status.txt", ReportText.of(fleet, Optional.empty(), console.now()));
      bundle.add("status.json", fleet.toJson().toString());
      document.ifPresent(view -> bundle.add("effective.txt", effective(view, fleet)));
    } catch (IOException e) {
      bundle.add("status.trouble.txt", Failures.describe(e));
    }
    bundle.tryAdd("processes", () -> processes(bundle));
    if (place.isGiven()) {
      ChangeStore store = place.store();
      bundle.tryAdd("config", () -> bundle.add("config.yaml", config(store)));
      bundle.tryAdd("audit", () -> bundle.add("audit.jsonl", audit(store)));
    }
    for (Path named : more) {
      bundle.add("files/" + named.getFileName(), Files.readString(named));
    }
    int entries = bundle.write(file, Blanked.of(document), console.now());
    console.out().println(file + ": " + entries + " entries");
    console.out().flush();
    return (heard ? ExitCode.OK : ExitCode.UNKNOWN).code();
  }

  private void processes(Bundle bundle) throws IOException {
    try (AdminClient client = AdminCalls.client(place.admin())) {
      for (Answer<Diagnosis> answer : client.diagnose()) {
        String socket = String.valueOf(answer.socket().getFileName());
        answer.trouble().ifPresent(why -> bundle.add("threads/" + socket + ".trouble.txt", why));
        answer
            .value()
            .ifPresent(
                diagnosis -> {
                  bundle.add("threads/" + socket + ".txt", diagnosis.threadDump());
                  bundle.add("metrics/" + socket + ".txt", diagnosis.metrics());
                });
      }
    }
  }

  /** What the document means for each host that was heard. */
  private static String effective(DocumentView document, FleetStatus fleet) {
    StringBuilder text = new StringBuilder();
    fleet.reports().stream()
        .map(HostReport::host)
        .distinct()
        .forEach(
            host ->
                Effects.says(document, host)
                    .forEach(
                        (storage, says) -> text.append(host + " " + storage + ": " + says + "\n")));
    return text.toString();
  }

  private static String config(ChangeStore store) throws IOException {
    return new String(Place.document(store, store.read()).bytes(), StandardCharsets.UTF_8);
  }

  private static String audit(ChangeStore store) throws IOException {
    List<AuditEntry> entries = store.audit();
    return entries.subList(Math.max(0, entries.size() - NEWEST), entries.size()).stream()
        .map(entry -> entry.toJson() + "\n")
        .collect(Collectors.joining());
  }
}
