package io.gitalyrouter.config.cli;

import com.google.gson.JsonArray;
import io.gitalyrouter.config.store.AuditEntry;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows who changed what. <em>Not thread-safe; confined to the main thread.</em> */
@Command(
    name = "audit",
    description =
        "Lists the changes of the document, oldest first: when, who, what, why, and who applied it.",
    exitCodeList = "0:listed",
    footer = {
      "",
      "Examples:",
      "  gitaly-router audit --since 24h",
      "  gitaly-router audit --host git01 --output json"
    })
final class AuditCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private final AuditFilter filter = new AuditFilter();
  @Mixin private final Place place = new Place();
  @Mixin private final OutputOptions output = new OutputOptions();

  AuditCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    List<AuditEntry> entries = filter.entries(place.store(), console.now());
    JsonArray json = new JsonArray();
    TextTable table = TextTable.of("TIME", "GENERATION", "WHO", "WHAT", "WHY", "CHANGE");
    for (AuditEntry entry : entries) {
      json.add(entry.toJson());
      table.row(
          entry.at().toString(),
          Long.toString(entry.generation()),
          entry.actor(),
          entry.action(),
          entry.reason(),
          entry.change().orElse("-"));
      entry.effects().forEach(line -> table.row("", "", "", "  " + line, "", ""));
    }
    output.print(console, json, entries.isEmpty() ? "no changes\n" : table.toString());
    return ExitCode.OK.code();
  }
}
