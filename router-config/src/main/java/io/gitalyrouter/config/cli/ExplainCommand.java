package io.gitalyrouter.config.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.gitalyrouter.config.admin.AdminClient.Answer;
import io.gitalyrouter.config.admin.Explained;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says where a call would go. <em>Not thread-safe; confined to the main thread.</em> */
@Command(
    name = "explain",
    description = {
      "Says where a call that starts now would go in each process of this host, and which rule"
          + " settles it. No call is made."
    },
    exitCodeList = {"0:explained", "1:no process can explain it", "8:there is no process to ask"},
    footer = {
      "",
      "Examples:",
      "  gitaly-router explain --storage nfs-file01 --method gitaly.CommitService/FindCommit"
    })
final class ExplainCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private final AdminOptions admin = new AdminOptions();
  @Mixin private final OutputOptions output = new OutputOptions();

  @Option(
      names = "--storage",
      required = true,
      paramLabel = "STORAGE",
      description = "The storage.")
  private String storage = "";

  @Option(
      names = "--method",
      required = true,
      paramLabel = "METHOD",
      description = "The full name, such as gitaly.CommitService/FindCommit.")
  private String method = "";

  @Option(
      names = "--correlation-id",
      paramLabel = "ID",
      description = "The call's correlation id, if it has one.")
  private Optional<String> correlationId = Optional.empty();

  ExplainCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    List<Answer<Explained>> answers =
        AdminCalls.ask(admin, console, client -> client.explain(storage, method, correlationId));
    StringBuilder text = new StringBuilder();
    JsonArray json = new JsonArray();
    for (Answer<Explained> answer : answers) {
      answer.value().ifPresent(explained -> add(answer, explained, text, json));
    }
    output.print(console, json, text.toString());
    return (json.isEmpty() ? ExitCode.FAILED : ExitCode.OK).code();
  }

  private static void add(
      Answer<Explained> answer, Explained explained, StringBuilder text, JsonArray json) {
    String name = String.valueOf(answer.socket().getFileName());
    text.append(name).append('\n');
    JsonArray trace = new JsonArray();
    for (String line : explained.trace()) {
      text.append("  ").append(line).append('\n');
      trace.add(line);
    }
    JsonObject entry = new JsonObject();
    entry.addProperty("socket", name);
    entry.addProperty("arm", explained.arm());
    entry.addProperty("route", explained.route());
    entry.addProperty("reason", explained.reason());
    entry.add("trace", trace);
    json.add(entry);
  }
}
