package io.gitalyrouter.config.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.gitalyrouter.config.DocumentView;
import io.gitalyrouter.config.cli.Effects.OneEffect;
import io.gitalyrouter.config.source.SourceContent;
import io.gitalyrouter.config.store.AuditEntry;
import io.gitalyrouter.config.store.Change;
import io.gitalyrouter.config.store.ChangeStore;
import io.gitalyrouter.config.store.ConflictException;
import io.gitalyrouter.config.store.OngoingChange;
import io.gitalyrouter.config.store.StoreState;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Makes one change of the document: reads it, edits it, shows or writes it, and waits for the
 * hosts. <em>Not thread-safe; confined to the main thread.</em>
 */
final class Changer {
  private final Console console;
  private final ChangeStore store;
  private final ChangeOptions options;
  private final OutputOptions output;

  Changer(Console console, ChangeStore store, ChangeOptions options, OutputOptions output) {
    this.console = console;
    this.store = store;
    this.options = options;
    this.output = output;
  }

  /** A change in words. */
  interface Wish {
    /** What is done, for the audit, such as {@code enable --host git01}. */
    String action();

    /** The command that takes it back. */
    String undo();

    /** What to edit; nothing if the document says so already. */
    List<DocumentEdit> edits(DocumentView document, String text);

    /** Looks at the outcome once more before it is written; throws to refuse. */
    default void check(DocumentView before, DocumentView after) {}

    /** Asked before it is written: what speaks against it. */
    default List<String> objections(SourceContent after, Effects effects) {
      return List.of();
    }
  }

  /** Does it, and prints the outcome. */
  int run(Wish wish) throws IOException {
    String reason = options.reason();
    StoreState seen = store.read();
    SourceContent before = Place.document(store, seen);
    refuseOthers(seen);
    String text = new String(before.bytes(), UTF_8);
    DocumentView document = DocumentView.of(before);
    List<DocumentEdit> edits = wish.edits(document, text);
    if (edits.isEmpty()) {
      return nothing(wish, seen);
    }
    String edited = DocumentEditor.apply(text, edits);
    SourceContent after = SourceContent.of(store.name(), edited.getBytes(UTF_8));
    DocumentView view = DocumentView.of(after);
    wish.check(document, view);
    Effects effects = Effects.between(document, view);
    JsonObject json = json(wish, effects, LineDiff.of(text, edited));
    if (options.isDryRun()) {
      CallRates rates =
          CallRates.measure(store, effects.hosts(), document, options.measure(), console);
      return show(wish, seen, PlannedCalls.of(effects, document, view, rates), json);
    }
    List<String> objections = wish.objections(after, effects);
    if (!objections.isEmpty()) {
      throw CommandException.refused(
          "the precheck objects; nothing was changed:\n  "
              + String.join("\n  ", objections)
              + "\nmend it, or go on against it with: --force --reason TEXT");
    }
    AuditEntry entry =
        write(
            seen,
            new Change(
                entry(wish.action(), reason, before, after, effects), edited, seen.ongoing()));
    return settle(wish, entry, after, effects, json);
  }

  /** Writes, and tells a lost race in the words of the command. */
  AuditEntry write(StoreState seen, Change change) throws IOException {
    try {
      return store.write(seen, change);
    } catch (ConflictException e) {
      throw new CommandException(ExitCode.FAILED, String.valueOf(e.getMessage()));
    }
  }

  AuditEntry entry(
      String action, String reason, SourceContent before, SourceContent after, Effects effects) {
    return new AuditEntry(
        UUID.randomUUID().toString().substring(0, 8),
        console.now(),
        console.actor().toString(),
        action,
        reason,
        options.change(),
        before.fingerprint(),
        after.fingerprint(),
        0,
        effects.lines());
  }

  private void refuseOthers(StoreState seen) {
    options.requireGeneration(store, seen);
    Optional<OngoingChange> ongoing = seen.ongoing();
    if (ongoing.isPresent() && !LockCommand.isOwn(ongoing.get(), console)) {
      throw CommandException.refused(
          "another change is in progress: "
              + ongoing.get()
              + "; nothing was changed. Wait for its end, or end it (rollout abort, unlock); in need:"
              + " gitaly-router disable --all --now");
    }
  }

  private int nothing(Wish wish, StoreState seen) {
    JsonObject json = new JsonObject();
    json.addProperty("action", wish.action());
    json.addProperty("changed", false);
    json.addProperty("generation", seen.generation());
    output.print(
        console,
        json,
        wish.action() + ": nothing to change, generation " + seen.generation() + "\n");
    return ExitCode.OK.code();
  }

  private JsonObject json(Wish wish, Effects effects, String diff) {
    JsonObject json = new JsonObject();
    json.addProperty("action", wish.action());
    json.addProperty("changed", !options.isDryRun());
    JsonArray changes = new JsonArray();
    effects.changes().forEach(effect -> changes.add(effect.toJson()));
    json.add("effects", changes);
    json.addProperty("diff", diff);
    json.addProperty("undo", wish.undo());
    return json;
  }

  private int show(Wish wish, StoreState seen, PlannedCalls planned, JsonObject json) {
    json.addProperty("generation", seen.generation());
    json.add("effects", planned.toJson());
    JsonArray unknown = new JsonArray();
    planned.troubles().forEach(unknown::add);
    json.add("calls_unknown", unknown);
    String text =
        wish.action()
            + " (dry run, generation "
            + seen.generation()
            + " stays)\n"
            + json.get("diff").getAsString()
            + planned.text()
            + "reaches "
            + planned.count(OneEffect::host)
            + " hosts, "
            + planned.count(OneEffect::storage)
            + " storages\nundo: "
            + wish.undo()
            + "\n";
    output.print(console, json, text);
    return ExitCode.OK.code();
  }

  private int settle(
      Wish wish, AuditEntry entry, SourceContent after, Effects effects, JsonObject json)
      throws IOException {
    Acknowledgement heard =
        Acknowledgement.await(store, effects.hosts(), after, options.patience(), console);
    String summary = heard.summary(entry.generation());
    acknowledge(entry, heard, summary);
    json.addProperty("generation", entry.generation());
    json.addProperty("expected", heard.expected());
    json.addProperty("applied", heard.expected() - heard.missing().size());
    json.addProperty("millis", heard.elapsed().toMillis());
    JsonArray missing = new JsonArray();
    heard.missing().forEach(missing::add);
    json.add("missing", missing);
    StringBuilder text = new StringBuilder(wish.action() + "\n" + table(effects));
    text.append(summary).append('\n');
    heard.missing().forEach(line -> text.append("not acknowledged: ").append(line).append('\n'));
    text.append("undo: ").append(wish.undo()).append('\n');
    output.print(console, json, text.toString());
    boolean unasked = options.patience().isZero();
    return (heard.isComplete() || unasked ? ExitCode.OK : ExitCode.NOT_ACKNOWLEDGED).code();
  }

  private void acknowledge(AuditEntry entry, Acknowledgement heard, String summary)
      throws IOException {
    if (options.patience().isZero()) {
      return;
    }
    List<String> lines = new java.util.ArrayList<>(List.of(summary));
    lines.addAll(heard.missing());
    store.append(
        new AuditEntry(
            UUID.randomUUID().toString().substring(0, 8),
            console.now(),
            entry.actor(),
            AuditEntry.ACKNOWLEDGED,
            "of " + entry.id(),
            Optional.empty(),
            entry.after(),
            entry.after(),
            entry.generation(),
            lines));
  }

  private static String table(Effects effects) {
    if (effects.changes().isEmpty()) {
      return "no host does anything else\n";
    }
    TextTable table = TextTable.of("HOST", "STORAGE", "BEFORE", "AFTER");
    effects.changes().forEach(e -> table.row(e.host(), e.storage(), e.before(), e.after()));
    return table.toString();
  }
}
