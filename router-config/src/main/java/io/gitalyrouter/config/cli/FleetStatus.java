package io.gitalyrouter.config.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.gitalyrouter.config.DocumentView;
import io.gitalyrouter.config.InvalidConfigException;
import io.gitalyrouter.config.admin.AdminClient;
import io.gitalyrouter.config.admin.AdminClient.Answer;
import io.gitalyrouter.config.admin.HostReport;
import io.gitalyrouter.config.source.SourceContent;
import io.gitalyrouter.config.store.AuditEntry;
import io.gitalyrouter.config.store.ChangeStore;
import io.gitalyrouter.config.store.HostReports;
import io.gitalyrouter.config.store.StoreState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the store and the processes say at one moment. With etcd these are the processes of all
 * hosts, else those of this host. <em>Immutable.</em>
 *
 * @param lastChange the newest change; empty if there was none, or nobody knows
 * @param desired the document that all should run; empty if none was named or can be read
 * @param reports one for each process that was heard
 * @param missing the hosts that do not run that document, one line each, with what they say instead
 * @param troubles what could not be asked, and why
 */
record FleetStatus(
    Optional<AuditEntry> lastChange,
    Optional<Desired> desired,
    List<HostReport> reports,
    List<String> missing,
    List<String> troubles) {

  /** Copies the lists. */
  FleetStatus {
    reports = List.copyOf(reports);
    missing = List.copyOf(missing);
    troubles = List.copyOf(troubles);
  }

  /**
   * A document.
   *
   * @param place where it is
   * @param generation its number there
   * @param fingerprint its SHA-256
   * @param view what it means; empty if it is not valid
   */
  record Desired(String place, long generation, String fingerprint, Optional<DocumentView> view) {}

  /**
   * Asks the store, or the processes of this host if none is named or it does not answer.
   *
   * @param host only the processes of this host name
   * @throws IOException if nobody can be asked
   */
  static FleetStatus look(Place place, Optional<String> host) throws IOException {
    if (!place.isGiven()) {
      return ofThisHost(place.admin(), host, List.of());
    }
    ChangeStore store = place.store();
    try {
      return of(store, place.isFleet(), host);
    } catch (IOException e) {
      String why = store.name() + ": " + Failures.describe(e) + "; only this host was asked";
      return ofThisHost(place.admin(), host, List.of(why));
    }
  }

  /**
   * Asks a store.
   *
   * @param isFleet whether it hears the processes of all hosts
   */
  static FleetStatus of(ChangeStore store, boolean isFleet, Optional<String> host)
      throws IOException {
    StoreState state = store.read();
    Optional<Desired> desired =
        state.document().map(content -> desired(store, state.generation(), content));
    HostReports all = store.reports();
    HostReports heard = new HostReports(named(all.reports(), host), all.troubles());
    List<String> troubles = new ArrayList<>(heard.troubles());
    if (desired.isEmpty()) {
      troubles.add(store.name() + ": there is no document");
    }
    List<String> missing =
        desired.map(document -> missing(heard, document, host, isFleet)).orElse(List.of());
    return new FleetStatus(LastChange.of(store), desired, heard.reports(), missing, troubles);
  }

  private static FleetStatus ofThisHost(
      AdminOptions admin, Optional<String> host, List<String> known) throws IOException {
    List<HostReport> reports = new ArrayList<>();
    List<String> troubles = new ArrayList<>(known);
    try (AdminClient client = AdminCalls.client(admin)) {
      for (Answer<HostReport> answer : client.reports()) {
        answer.value().ifPresent(reports::add);
        answer.trouble().ifPresent(why -> troubles.add(answer.socket() + ": " + why));
      }
    }
    return new FleetStatus(
        Optional.empty(), Optional.empty(), named(reports, host), List.of(), troubles);
  }

  private static Desired desired(ChangeStore store, long generation, SourceContent content) {
    Optional<DocumentView> view;
    try {
      view = Optional.of(DocumentView.of(content));
    } catch (InvalidConfigException e) {
      view = Optional.empty();
    }
    return new Desired(store.name(), generation, content.fingerprint(), view);
  }

  private static List<HostReport> named(List<HostReport> reports, Optional<String> host) {
    return reports.stream()
        .filter(report -> host.isEmpty() || host.get().equals(report.host()))
        .toList();
  }

  /** Of a fleet every host of the document must be heard; of one host, nobody else can be. */
  private static List<String> missing(
      HostReports heard, Desired desired, Optional<String> host, boolean isFleet) {
    List<String> missing = new ArrayList<>();
    Set<String> expected = new LinkedHashSet<>();
    if (desired.view().isPresent()) {
      DocumentView view = desired.view().get();
      if (isFleet && host.isEmpty()) {
        expected.addAll(view.hosts());
      } else if (isFleet) {
        view.entryOf(host.get()).ifPresent(expected::add);
      }
      heard.reports().forEach(report -> view.entryOf(report.host()).ifPresent(expected::add));
      missing.addAll(Acknowledgement.missing(heard, expected, view, desired.fingerprint()));
    }
    // Who has no entry of its own follows the document all the same.
    heard.reports().stream()
        .filter(r -> desired.view().flatMap(view -> view.entryOf(r.host())).isEmpty())
        .filter(report -> !report.runs(desired.fingerprint()))
        .map(Acknowledgement::describe)
        .forEach(missing::add);
    return missing;
  }

  /** What to end with. */
  ExitCode code(Optional<String> storage) {
    if (!missing.isEmpty() || !troubles.isEmpty()) {
      return ExitCode.NOT_CONVERGED;
    }
    return reports.stream().anyMatch(report -> ReportText.isDegraded(report, storage))
        ? ExitCode.DEGRADED
        : ExitCode.OK;
  }

  JsonObject toJson() {
    JsonObject json = new JsonObject();
    json.add(
        "last_change", lastChange.<JsonElement>map(AuditEntry::toJson).orElse(JsonNull.INSTANCE));
    json.add("desired", desired.<JsonElement>map(FleetStatus::json).orElse(JsonNull.INSTANCE));
    json.add("missing", strings(missing));
    json.add("troubles", strings(troubles));
    JsonArray all = new JsonArray();
    reports.forEach(report -> all.add(JsonParser.parseString(report.toJson())));
    json.add("reports", all);
    return json;
  }

  private static JsonObject json(Desired desired) {
    JsonObject json = new JsonObject();
    json.addProperty("place", desired.place());
    json.addProperty("generation", desired.generation());
    json.addProperty("fingerprint", desired.fingerprint());
    json.addProperty("valid", desired.view().isPresent());
    return json;
  }

  private static JsonArray strings(List<String> lines) {
    JsonArray array = new JsonArray();
    lines.forEach(array::add);
    return array;
  }
}
