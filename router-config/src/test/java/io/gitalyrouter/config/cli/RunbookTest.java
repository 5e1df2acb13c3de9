package io.gitalyrouter.config.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The runbook's command lines are ones that the command takes, and its alerts are ours. */
final class RunbookTest {
  private static final Path RUNBOOK = Path.of("ops", "runbook.md");
  private static final Path ALERTS = Path.of("ops", "rendered", "alerts.yaml");
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  @Test
  void every_command_line_parses() throws IOException {
    List<String> lines =
        Files.readString(RUNBOOK).lines().filter(l -> l.startsWith("gitaly-router ")).toList();

    assertThat(lines).hasSizeGreaterThan(15);
    for (String line : lines) {
      assertThatCode(() -> parse(line)).as(line).doesNotThrowAnyException();
    }
  }

  @Test
  void every_alert_is_explained_and_every_explained_alert_exists() throws IOException {
    assertThat(names(Files.readString(RUNBOOK), "(?m)^\\| `(GitalyRouter\\w+)`"))
        .containsExactlyElementsOf(
            names(Files.readString(ALERTS), "\"?alert\"?: \"?(GitalyRouter\\w+)"));
  }

  private static void parse(String line) {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(line);
    while (word.find()) {
      words.add(word.group(1) == null ? word.group(2) : word.group(1));
    }
    CommandLine root = Objects.requireNonNull(new Shell().commands().get(""), "root");
    CommandLine.ParseResult parsed =
        root.parseArgs(words.subList(1, words.size()).toArray(String[]::new));
    while (parsed.hasSubcommand()) {
      parsed = parsed.subcommand();
    }
    assertThat(parsed.commandSpec().subcommands()).as("a whole command").isEmpty();
  }

  private static List<String> names(String text, String pattern) {
    return Pattern.compile(pattern).matcher(text).results().map(m -> m.group(1)).toList();
  }
}
