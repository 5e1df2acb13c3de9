package io.gitalyrouter.config.cli;

import com.google.gson.JsonArray;
import io.gitalyrouter.config.store.AuditEntry;
import java.io.IOException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The audit for the change's page. <em>Not thread-safe; confined to the main thread.</em> */
@Command(
    name = "timeline",
    description =
        "Prints the changes as a timeline in UTC; with --markdown, ready for the change's page.",
    exitCodeList = "0:printed",
    footer = {"", "Examples:", "  gitaly-router timeline --since 3h --markdown"})
final class TimelineCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private final AuditFilter filter = new AuditFilter();
  @Mixin private final Place place = new Place();
  @Mixin private final OutputOptions output = new OutputOptions();

  @Option(names = "--markdown", description = "A table in Markdown.")
  private boolean isMarkdown;

  TimelineCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    List<AuditEntry> entries = filter.entries(place.store(), console.now());
    JsonArray json = new JsonArray();
    StringBuilder text =
        new StringBuilder(
            isMarkdown ? "| time (UTC) | who | what | why |\n|---|---|---|---|\n" : "");
    for (AuditEntry entry : entries) {
      json.add(entry.toJson());
      text.append(isMarkdown ? markdown(entry) : plain(entry)).append('\n');
    }
    output.print(console, json, text.toString());
    return ExitCode.OK.code();
  }

  private static String plain(AuditEntry entry) {
    return time(entry)
        + " "
        + entry.actor()
        + " "
        + what(entry, "; ")
        + " ("
        + entry.reason()
        + ")";
  }

  private static String markdown(AuditEntry entry) {
    String link = entry.change().map(url -> " ([change](" + url + "))").orElse("");
    return "| "
        + String.join(
            " | ",
            time(entry),
            cell(entry.actor()),
            cell(what(entry, "<br>")),
            cell(entry.reason()) + link)
        + " |";
  }

  private static String what(AuditEntry entry, String separator) {
    String effects =
        entry.effects().isEmpty() ? "" : ": " + String.join(separator, entry.effects());
    return entry.action() + effects;
  }

  private static String time(AuditEntry entry) {
    return entry.at().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replaceAll("\\s*\\R\\s*", " ");
  }
}
