package io.gitalyrouter.config.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gitalyrouter.config.admin.HostReport;
import io.gitalyrouter.config.etcd.EtcdKeys;
import io.gitalyrouter.config.etcd.EtcdSettings;
import io.gitalyrouter.config.source.SourceContent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The document under its key of etcd; audit, change in progress and hosts' reports under keys
 * beside it ({@code audit/...}, {@code change}, {@code hosts/<host>/<process>}). One transaction
 * writes them together. <em>Thread-safe.</em>
 */
public final class EtcdStore implements ChangeStore {
  private static final String DOCUMENT = "/config";

  private final EtcdKeys etcd;
  private final String key;
  private final String base;

  private EtcdStore(EtcdSettings settings) {
    this.etcd = EtcdKeys.of(settings);
    this.key = settings.key();
    this.base = key.endsWith(DOCUMENT) ? key.substring(0, key.length() - DOCUMENT.length()) : key;
  }

  /** The document at the key of these settings. Touches nothing yet. */
  public static EtcdStore of(EtcdSettings settings) {
    return new EtcdStore(settings);
  }

  @Override
  public String name() {
    return "etcd:" + key;
  }

  @Override
  public StoreState read() throws IOException {
    Map<String, EtcdKeys.Value> found = etcd.read(List.of(key, ongoingKey()));
    Optional<EtcdKeys.Value> document = Optional.ofNullable(found.get(key));
    Optional<EtcdKeys.Value> ongoing = Optional.ofNullable(found.get(ongoingKey()));
    return new StoreState(
        document.map(EtcdKeys.Value::revision).orElse(0L),
        ongoing.map(EtcdKeys.Value::revision).orElse(0L),
        document.map(v -> SourceContent.of(name() + "@" + v.revision(), v.text().getBytes(UTF_8))),
        ongoing.map(value -> OngoingChange.parse(value.text())));
  }

  @Override
  public AuditEntry write(StoreState seen, Change change) throws IOException {
    Map<String, Optional<String>> values = new LinkedHashMap<>();
    boolean changes =
        seen.document().isEmpty()
            || !new String(seen.document().get().bytes(), UTF_8).equals(change.document());
    if (changes) {
      values.put(key, Optional.of(change.document()));
    }
    if (!change.ongoing().equals(seen.ongoing())) {
      values.put(ongoingKey(), change.ongoing().map(ongoing -> ongoing.toJson().toString()));
    }
    AuditEntry entry = change.entry().at(changes ? 0 : seen.generation());
    values.put(auditKey(entry), Optional.of(entry.toJson().toString()));
    Optional<Long> revision =
        etcd.write(
            Map.of(key, seen.generation(), ongoingKey(), seen.ongoingRevision()),
            values,
            auditKey(entry));
    if (revision.isEmpty()) {
      throw new ConflictException(name(), seen.generation());
    }
    return changes ? entry.at(revision.get()) : entry;
  }

  @Override
  public void append(AuditEntry entry) throws IOException {
    Optional<Long> unused =
        etcd.write(
            Map.of(auditKey(entry), 0L),
            Map.of(auditKey(entry), Optional.of(entry.toJson().toString())),
            auditKey(entry));
  }

  @Override
  public List<AuditEntry> audit() throws IOException {
    List<AuditEntry> entries = new ArrayList<>();
    for (EtcdKeys.Value value : etcd.list(base + "/audit/").values()) {
      AuditEntry entry = AuditEntry.parse(value.text());
      // Its own transaction gave the document its revision, which it could not know before.
      entries.add(entry.generation() == 0 ? entry.at(value.revision()) : entry);
    }
    return entries;
  }

  @Override
  public HostReports reports() throws IOException {
    List<HostReport> reports = new ArrayList<>();
    List<String> troubles = new ArrayList<>();
    for (Map.Entry<String, EtcdKeys.Value> entry : etcd.list(base + "/hosts/").entrySet()) {
      try {
        reports.add(HostReport.fromJson(entry.getValue().text()));
      } catch (IllegalArgumentException e) {
        troubles.add(entry.getKey() + ": " + e.getMessage());
      }
    }
    return new HostReports(reports, troubles);
  }

  private String ongoingKey() {
    return base + "/change";
  }

  private String auditKey(AuditEntry entry) {
    return base + "/audit/" + entry.at() + "-" + entry.id();
  }
}
