package io.gitalyrouter.config.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.gitalyrouter.config.ConfigProblem;
import io.gitalyrouter.config.DocumentView;
import io.gitalyrouter.config.InvalidConfigException;
import io.gitalyrouter.config.source.FileSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Checks a document. <em>Not thread-safe; confined to the main thread.</em> */
@Command(
    name = "validate",
    description = {
      "Checks a document as a host would, and prints each problem with its line and column.",
      "The files that it names (tokens, certificates) are not touched."
    },
    exitCodeList = {"0:the document is valid", "1:it is not"},
    footer = {
      "",
      "Examples:",
      "  gitaly-router config validate /etc/gitaly-router/router.yaml",
      "  gitaly-router config validate --output json new.yaml"
    })
final class ConfigValidateCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private final OutputOptions output = new OutputOptions();

  @Parameters(paramLabel = "FILE", description = "The document.")
  private Path file = Path.of("");

  ConfigValidateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    try {
      DocumentView document = DocumentView.of(Failures.read(FileSource.of(file)));
      String counts =
          String.format(
              Locale.ROOT,
              "%d storages, %d roles, %d hosts",
              document.storages().size(),
              document.roles().size(),
              document.hosts().size());
      output.print(console, json(List.of()), file + ": valid (" + counts + ")\n");
      return ExitCode.OK.code();
    } catch (InvalidConfigException e) {
      StringBuilder text = new StringBuilder();
      e.problems().forEach(problem -> text.append(problem).append('\n'));
      text.append(file).append(": not valid (problems: ").append(e.problems().size()).append(")\n");
      output.print(console, json(e.problems()), text.toString());
      return ExitCode.FAILED.code();
    }
  }

  private JsonObject json(List<ConfigProblem> problems) {
    JsonObject json = new JsonObject();
    json.addProperty("file", file.toString());
    json.addProperty("valid", problems.isEmpty());
    JsonArray array = new JsonArray();
    for (ConfigProblem problem : problems) {
      JsonObject entry = new JsonObject();
      entry.addProperty("line", problem.origin().line());
      entry.addProperty("column", problem.origin().column());
      entry.addProperty("key", problem.path());
      entry.addProperty("problem", problem.problem());
      array.add(entry);
    }
    json.add("problems", array);
    return json;
  }
}
