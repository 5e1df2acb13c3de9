package io.gitalyrouter.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gitalyrouter.config.source.SourceContent;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each file in {@code invalid/} against the exact list of problems next to it. <em>Confined to one
 * thread.</em>
 */
final class InvalidDocumentsTest {

  static List<Path> documents() throws IOException, URISyntaxException {
    Path directory = Path.of(InvalidDocumentsTest.class.getResource("/invalid").toURI());
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void document_with_problems_lists_exactly_these(Path document) throws IOException {
    String name = document.getFileName().toString();
    Path expected = document.resolveSibling(name.replace(".yaml", ".expected"));
    InvalidConfigException thrown = parse(document);

    assertThat(thrown).as("the document is refused").isNotNull();
    assertThat(thrown.problems().stream().map(ConfigProblem::toString).toList())
        .containsExactlyElementsOf(Files.readAllLines(expected));
  }

  @ParameterizedTest
  @MethodSource("documents")
  void message_never_contains_a_secret(Path document) throws IOException {
    assertThat(parse(document)).asString().doesNotContain("s3cr3t");
  }

  @Test
  void directory_holds_at_least_thirty_documents() throws Exception {
    assertThat(documents()).hasSizeGreaterThanOrEqualTo(30);
  }

  private static InvalidConfigException parse(Path document) throws IOException {
    String name = document.getFileName().toString();
    SourceContent content = SourceContent.of(name, Files.readAllBytes(document));
    return catchThrowableOfType(InvalidConfigException.class, () -> ConfigDocument.parse(content));
  }
}
