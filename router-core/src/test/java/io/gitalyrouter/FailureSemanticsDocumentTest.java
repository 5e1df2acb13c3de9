package io.gitalyrouter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class FailureSemanticsDocumentTest {
  private static final Pattern LAST_CELL =
      Pattern.compile("`([a-z0-9_]+)` \\|$", Pattern.MULTILINE);

  @Test
  void every_row_names_a_test_that_exists() throws IOException {
    String document = Files.readString(Path.of("docs/failure-semantics.md"));
    List<String> named =
        LAST_CELL.matcher(document).results().map(MatchResult::group).map(this::name).toList();
    long rows = document.lines().filter(line -> line.startsWith("| ")).count() - 1;
    assertThat(named).hasSize((int) rows);
    assertThat(sources()).contains(named.stream().map(test -> "void " + test + "(").toList());
  }

  private String name(String cell) {
    return cell.substring(1, cell.indexOf('`', 1));
  }

  private static String sources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      return files
          .filter(file -> file.toString().endsWith("Test.java"))
          .map(FailureSemanticsDocumentTest::read)
          .collect(Collectors.joining());
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
