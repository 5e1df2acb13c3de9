package io.gitalyrouter.config.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import io.gitalyrouter.config.source.SourceContent;
import io.gitalyrouter.config.store.AuditEntry;
import io.gitalyrouter.config.store.Change;
import io.gitalyrouter.config.store.ChangeStore;
import io.gitalyrouter.config.store.OngoingChange;
import io.gitalyrouter.config.store.StoreState;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Writes which change is in progress, without changing the document. <em>Not thread-safe; confined
 * to the main thread.</em>
 */
final class OngoingWriter {
  private final Console console;
  private final ChangeStore store;
  private final ChangeOptions options;
  private final OutputOptions output;

  OngoingWriter(Console console, ChangeStore store, ChangeOptions options, OutputOptions output) {
    this.console = console;
    this.store = store;
    this.options = options;
    this.output = output;
  }

  /** Writes it, and prints what is in progress from then on. */
  void set(StoreState seen, String action, Optional<OngoingChange> ongoing) throws IOException {
    options.requireGeneration(store, seen);
    if (!options.isDryRun() && !seen.ongoing().equals(ongoing)) {
      SourceContent document = Place.document(store, seen);
      Changer changer = new Changer(console, store, options, output);
      AuditEntry entry =
          changer.entry(action, options.reason(), document, document, new Effects(List.of()));
      AuditEntry unused =
          changer.write(seen, new Change(entry, new String(document.bytes(), UTF_8), ongoing));
    }
    JsonObject json = new JsonObject();
    json.addProperty("action", action);
    json.addProperty("dry_run", options.isDryRun());
    ongoing.ifPresent(change -> json.add("ongoing", change.toJson()));
    String now = ongoing.map(OngoingChange::toString).orElse("no change is in progress");
    output.print(
        console, json, action + (options.isDryRun() ? " (dry run)" : "") + ": " + now + "\n");
  }
}
