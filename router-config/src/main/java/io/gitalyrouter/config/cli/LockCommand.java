package io.gitalyrouter.config.cli;

import com.google.gson.JsonObject;
import io.gitalyrouter.config.store.ChangeStore;
import io.gitalyrouter.config.store.OngoingChange;
import io.gitalyrouter.config.store.StoreState;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Keeps others from changing the document. <em>Not thread-safe; confined to the main thread.</em>
 */
@Command(
    name = "lock",
    description =
        "Keeps everybody else from changing the document, until unlock. Not the kill switch.",
    exitCodeList = {"0:locked", "1:another change is in progress"},
    footer = {"", "Examples:", "  gitaly-router lock --reason 'upgrading file01'"})
final class LockCommand implements Callable<Integer> {
  /** The kind of such a change in progress. */
  static final String KIND = "lock";

  private final Console console;

  @Mixin private final ChangeOptions change = new ChangeOptions();
  @Mixin private final Place place = new Place();
  @Mixin private final OutputOptions output = new OutputOptions();

  LockCommand(Console console) {
    this.console = console;
  }

  /** Whether a change in progress is a lock of who types this: it keeps others away only. */
  static boolean isOwn(OngoingChange ongoing, Console console) {
    return ongoing.kind().equals(KIND) && ongoing.by().equals(console.actor().toString());
  }

  @Override
  public Integer call() throws IOException {
    ChangeStore store = place.store();
    StoreState seen = store.read();
    if (seen.ongoing().isPresent()) {
      throw CommandException.refused("another change is in progress: " + seen.ongoing().get());
    }
    OngoingChange lock =
        new OngoingChange(
            KIND, console.actor().toString(), console.now(), change.reason(), new JsonObject());
    new OngoingWriter(console, store, change, output).set(seen, "lock", Optional.of(lock));
    return ExitCode.OK.code();
  }
}
