package io.gitalyrouter.config.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gitalyrouter.config.admin.AdminClient;
import io.gitalyrouter.config.admin.HostReport;
import io.gitalyrouter.config.source.FileSource;
import io.gitalyrouter.config.source.SourceContent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The document in a file; its audit, the change in progress and a lock in files beside it. A change
 * is first written down whole in {@code <name>.pending}, then the document is replaced by rename
 * and the audit continued; whoever opens the store after a crash in between completes it. Hosts'
 * reports come from the admin sockets of this host. <em>Thread-safe: the lock file serialises
 * writers of all processes.</em>
 */
public final class FileStore implements ChangeStore {
  private final Path document;
  private final Path ongoingFile;
  private final Path pendingFile;
  private final AuditFile audit;
  private final LockFile lock;
  private final Path adminDirectory;
  private final Duration timeout;
  private final Steps steps;

  /** Tells a test how far a write has got. */
  @FunctionalInterface
  interface Steps {
    /** Called after each step; what it throws ends the write there, as a crash would. */
    void after(String step);
  }

  FileStore(Path document, Path adminDirectory, Duration timeout, Steps steps) {
    this.document = resolved(document);
    this.ongoingFile = beside(".change.json");
    this.pendingFile = beside(".pending");
    this.audit = new AuditFile(beside(".audit.jsonl"));
    this.lock = new LockFile(beside(".lock"));
    this.adminDirectory = adminDirectory;
    this.timeout = timeout;
    this.steps = steps;
  }

  /**
   * The document at this path.
   *
   * @param adminDirectory where the sockets of this host's processes are
   * @param timeout how long one of them may take to answer
   */
  public static FileStore of(Path document, Path adminDirectory, Duration timeout) {
    return new FileStore(document, adminDirectory, timeout, step -> {});
  }

  @Override
  public String name() {
    return document.toString();
  }

  @Override
  public StoreState read() throws IOException {
    if (Files.exists(pendingFile)) {
      return lock.holding(
          () -> {
            recover();
            return state();
          });
    }
    return state();
  }

  @Override
  public AuditEntry write(StoreState seen, Change change) throws IOException {
    return lock.holding(() -> writeLocked(seen, change));
  }

  private AuditEntry writeLocked(StoreState seen, Change change) throws IOException {
    recover();
    StoreState now = state();
    boolean same =
        now.generation() == seen.generation()
            && now.ongoing().equals(seen.ongoing())
            && fingerprint(now).equals(fingerprint(seen));
    if (!same) {
      throw new ConflictException(name(), seen.generation());
    }
    String after = SourceContent.of(name(), change.document().getBytes(UTF_8)).fingerprint();
    boolean changes = !after.equals(fingerprint(now));
    AuditEntry entry = change.entry().at(now.generation() + (changes ? 1 : 0));
    Pending pending =
        new Pending(entry, fingerprint(now), after, change.document(), change.ongoing());
    steps.after("begin");
    WholeFile.replace(pendingFile, pending.toJson(), /* like= */ document);
    steps.after("pending");
    complete(pending);
    return entry;
  }

  @Override
  public void append(AuditEntry entry) throws IOException {
    AuditEntry unused =
        lock.holding(
            () -> {
              recover();
              audit.append(entry);
              return entry;
            });
  }

  @Override
  public List<AuditEntry> audit() throws IOException {
    return audit.read();
  }

  @Override
  public HostReports reports() throws IOException {
    List<HostReport> reports = new ArrayList<>();
    List<String> troubles = new ArrayList<>();
    try (AdminClient client = AdminClient.of(adminDirectory, timeout)) {
      for (AdminClient.Answer<HostReport> answer : client.reports()) {
        answer.value().ifPresent(reports::add);
        answer.trouble().ifPresent(why -> troubles.add(answer.socket() + ": " + why));
      }
    }
    return new HostReports(reports, troubles);
  }

  private StoreState state() throws IOException {
    Optional<SourceContent> content =
        Files.exists(document) ? Optional.of(FileSource.of(document).read()) : Optional.empty();
    String present = content.map(SourceContent::fingerprint).orElse("");
    Optional<AuditEntry> last = audit.last();
    long generation = last.map(AuditEntry::generation).orElse(0L);
    // Somebody has edited the file by hand: that is a change too.
    boolean edited = content.isPresent() && !last.map(AuditEntry::after).orElse("").equals(present);
    return new StoreState(generation + (edited ? 1 : 0), 0, content, ongoing());
  }

  private Optional<OngoingChange> ongoing() throws IOException {
    return Files.exists(ongoingFile)
        ? Optional.of(OngoingChange.parse(Files.readString(ongoingFile)))
        : Optional.empty();
  }

  /** Completes what a crash has interrupted. Called with the lock held. */
  private void recover() throws IOException {
    if (!Files.exists(pendingFile)) {
      return;
    }
    Pending pending = Pending.parse(Files.readString(pendingFile));
    String present = fingerprint(state());
    boolean ours = present.equals(pending.before()) || present.equals(pending.after());
    complete(ours ? pending : pending.overtaken());
  }

  private void complete(Pending pending) throws IOException {
    @Nullable String text = pending.document();
    if (text != null) {
      WholeFile.replace(document, text, /* like= */ document);
    }
    steps.after("document");
    if (pending.ongoing().isPresent()) {
      String json = pending.ongoing().get().toJson().toString();
      WholeFile.replace(ongoingFile, json, /* like= */ document);
    } else {
      Files.deleteIfExists(ongoingFile);
    }
    steps.after("ongoing");
    audit.append(pending.entry());
    steps.after("audit");
    Files.delete(pendingFile);
  }

  private static String fingerprint(StoreState state) {
    return state.document().map(SourceContent::fingerprint).orElse("");
  }

  private Path beside(String suffix) {
    return document.resolveSibling(document.getFileName() + suffix);
  }

  /** The file itself, so that a link to it stays one. */
  private static Path resolved(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException e) {
      return file.toAbsolutePath();
    }
  }
}
