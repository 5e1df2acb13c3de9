package io.gitalyrouter.config.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * The reference of the commands is what the code says. {@code -Dcommands.write=true} writes it
 * anew.
 */
final class CommandsDocumentTest {
  private static final Path DOCUMENT = Path.of("docs", "commands.md");
  private static final String BEGIN = "<!-- From here on as the code says. -->\n";

  private final Map<String, CommandLine> commands = commands();

  @Test
  void reference_names_exactly_the_commands_options_and_exit_codes() throws IOException {
    String document = Files.readString(DOCUMENT);
    String head = document.substring(0, document.indexOf(BEGIN) + BEGIN.length());
    String expected = head + "\n" + reference();
    if (Boolean.getBoolean("commands.write")) {
      Files.writeString(DOCUMENT, expected);
      document = expected;
    }

    assertThat(document)
        .as(
            "write it anew: mvn -pl router-config test -Dtest=CommandsDocumentTest -Dcommands.write=true")
        .isEqualTo(expected);
  }

  @Test
  void every_command_has_an_example_and_exit_codes_of_the_table() {
    for (Map.Entry<String, CommandLine> entry : commands.entrySet()) {
      UsageMessageSpec usage = entry.getValue().getCommandSpec().usageMessage();
      assertThat(String.join("\n", usage.footer()))
          .as("examples of " + entry.getKey())
          .contains("Examples:\n  gitaly-router " + entry.getKey());
      assertThat(usage.exitCodeList().keySet())
          .as("exit codes of " + entry.getKey())
          .isSubsetOf(
              Arrays.stream(ExitCode.values()).map(code -> Integer.toString(code.code())).toList());
    }
  }

  private static Map<String, CommandLine> commands() {
    Map<String, CommandLine> ours = new TreeMap<>(new Shell().commands());
    ours.values().removeIf(line -> !line.getSubcommands().isEmpty());
    ours.remove("generate-completion");
    return ours;
  }

  private String reference() {
    StringBuilder text = new StringBuilder("## Exit codes\n\n| code | meaning |\n|---|---|\n");
    for (ExitCode code : ExitCode.values()) {
      text.append(String.format(Locale.ROOT, "| %d | %s |\n", code.code(), code.meaning()));
    }
    text.append("\n## Commands\n");
    commands.forEach((name, line) -> text.append(section(name, line)));
    return text.toString();
  }

  private static String section(String name, CommandLine line) {
    UsageMessageSpec usage = line.getCommandSpec().usageMessage();
    StringBuilder text = new StringBuilder("\n### `" + name + "`\n\n");
    text.append(String.join(" ", usage.description()))
        .append("\n\n| option | meaning |\n|---|---|\n");
    for (PositionalParamSpec parameter : line.getCommandSpec().positionalParameters()) {
      text.append(row(parameter.paramLabel(), parameter.description()));
    }
    for (OptionSpec option : line.getCommandSpec().options()) {
      if (!option.usageHelp()) {
        String label = option.arity().max() == 0 ? "" : " " + option.paramLabel();
        text.append(row(String.join("`, `", option.names()) + label, option.description()));
      }
    }
    String codes =
        usage.exitCodeList().entrySet().stream()
            .map(code -> "`" + code.getKey() + "` " + code.getValue())
            .collect(Collectors.joining("; "));
    String examples =
        Arrays.stream(usage.footer())
            .filter(example -> example.startsWith("  "))
            .map(String::strip)
            .collect(Collectors.joining("\n"));
    return text + "\nExit codes: " + codes + ".\n\n```\n" + examples + "\n```\n";
  }

  private static String row(String name, String[] description) {
    String meaning =
        String.join(" ", description)
            .replace("${COMPLETION-CANDIDATES}", "table, json or yaml")
            .replace("%%", "%");
    return "| `" + name + "` | " + meaning.replace("|", "\\|") + " |\n";
  }
}
