package io.gitalyrouter.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.gitalyrouter.config.ConfigFollower;
import io.gitalyrouter.config.source.FileSource;
import io.gitalyrouter.route.RouteRule;
import io.gitalyrouter.route.RoutingTable;
import io.gitalyrouter.route.StorageRoutes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests run in their module's directory; the README is one above. */
final class ReadmeTest {
  private static final Path TOP = Path.of("..").toAbsolutePath().normalize();

  private String readme = "";

  @BeforeEach
  void read() throws IOException {
    readme = Files.readString(TOP.resolve("README.md"));
  }

  private String block(String language) {
    Matcher block =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(readme);
    assertThat(block.find()).as("a block of " + language).isTrue();
    return block.group(1);
  }

  @Test
  void embedding_example_is_the_compiled_one_and_short() throws IOException {
    String source =
        Files.readString(Path.of("src/test/java/io/gitalyrouter/docs/EmbeddingExample.java"));
    int begin = source.indexOf("// example begins\n") + "// example begins\n".length();
    String example = source.substring(begin, source.indexOf("\n    // example ends"));
    assertThat(block("java")).isEqualTo(example.stripIndent() + "\n");
    assertThat(block("java").lines().count()).isLessThanOrEqualTo(20);
  }

  @Test
  void configuration_example_is_valid_and_gives_the_host_its_role(@TempDir Path directory)
      throws IOException {
    Path file = Files.writeString(directory.resolve("router.yaml"), block("yaml"));
    AtomicReference<RoutingTable> applied = new AtomicReference<>();
    try (ConfigFollower follower =
        ConfigFollower.follow(FileSource.of(file), "git01", applied::set)) {
      assertThat(follower.status().isCurrent()).isTrue();
      assertThat(applied)
          .hasValueSatisfying(
              table ->
                  assertThat(table.storages().values())
                      .extracting(StorageRoutes::storage, StorageRoutes::rule)
                      .containsExactly(
                          tuple(
                              "nfs-file01",
                              RouteRule.network("network-gitaly", 100, RouteRule.BucketUnit.RPC))));
    }
  }

  @Test
  void tested_versions_are_the_build_s() throws IOException {
    String pom = Files.readString(TOP.resolve("pom.xml"));
    List<String> properties =
        List.of(
            "grpc",
            "netty",
            "resilience4j",
            "micrometer",
            "hdrhistogram",
            "slf4j",
            "snakeyaml-engine");
    for (String property : properties) {
      Matcher version = Pattern.compile("<" + property + "\\.version>([^<]+)<").matcher(pom);
      assertThat(version.find()).as(property).isTrue();
      assertThat(readme).as(property).contains("| " + version.group(1) + " |");
    }
  }

  @Test
  void linked_files_exist() {
    Matcher link = Pattern.compile("\\]\\(([^)#]+)\\)").matcher(readme);
    int links = 0;
    while (link.find()) {
      assertThat(TOP.resolve(link.group(1))).exists();
      links++;
    }
    assertThat(links).isGreaterThanOrEqualTo(3);
  }

  @Test
  void continuous_integration_runs_the_readme_s_test_command() throws IOException {
    Matcher command = Pattern.compile("## Test it\n\n```\n([^\n]+)\n```").matcher(readme);
    assertThat(command.find()).isTrue();
    assertThat(Files.readString(TOP.resolve(".ci/run"))).contains("\n" + command.group(1) + "\n");
  }
}
