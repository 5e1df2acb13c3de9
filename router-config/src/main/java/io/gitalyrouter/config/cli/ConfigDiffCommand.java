package io.gitalyrouter.config.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.gitalyrouter.config.DocumentView;
import io.gitalyrouter.config.source.FileSource;
import io.gitalyrouter.config.source.SourceContent;
import io.gitalyrouter.config.store.ChangeStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Compares two documents. <em>Not thread-safe; confined to the main thread.</em> */
@Command(
    name = "diff",
    description = {
      "Shows what another document would change: its lines, and each host's storages before and after.",
      "Compares with the document in force, or with a second file."
    },
    exitCodeList = {"0:compared, whatever the outcome", "1:one of them is not valid"},
    footer = {
      "",
      "Examples:",
      "  gitaly-router config diff --config /etc/gitaly-router/router.yaml new.yaml",
      "  gitaly-router config diff new.yaml old.yaml"
    })
final class ConfigDiffCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private final Place place = new Place();
  @Mixin private final OutputOptions output = new OutputOptions();

  @Parameters(index = "0", paramLabel = "FILE", description = "The document that would be.")
  private Path file = Path.of("");

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "BEFORE",
      description = "The document that it would replace; the one in force unless given.")
  private Optional<Path> other = Optional.empty();

  ConfigDiffCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    SourceContent after = Failures.read(FileSource.of(file));
    SourceContent before = before();
    Effects effects = Effects.between(DocumentView.of(before), DocumentView.of(after));
    String diff = LineDiff.of(new String(before.bytes(), UTF_8), new String(after.bytes(), UTF_8));
    JsonObject json = new JsonObject();
    json.addProperty("before", before.origin());
    json.addProperty("after", after.origin());
    json.addProperty("diff", diff);
    JsonArray lines = new JsonArray();
    effects.lines().forEach(lines::add);
    json.add("effects", lines);
    String says =
        effects.changes().isEmpty()
            ? "no host does anything else\n"
            : String.join("\n", effects.lines()) + "\n";
    output.print(console, json, diff + says);
    return ExitCode.OK.code();
  }

  private SourceContent before() throws IOException {
    if (other.isPresent()) {
      return Failures.read(FileSource.of(other.get()));
    }
    ChangeStore store = place.store();
    return Place.document(store, store.read());
  }
}
