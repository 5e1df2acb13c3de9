package io.gitalyrouter.config.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is committed is what jsonnet renders and what promtool accepts. Where they are not installed
 * these tests are skipped; with the environment variable {@code PROMETHEUS_REQUIRED=true} they
 * fail.
 */
final class OpsFilesTest {
  private static final Path OPS = Path.of("ops").toAbsolutePath();
  private static final Pattern ALERT = Pattern.compile("\"alert\": \"(\\w+)\"");

  private static void need(String program) {
    boolean required =
        Boolean.parseBoolean(System.getenv().getOrDefault("PROMETHEUS_REQUIRED", "false"));
    boolean installed =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    Assumptions.assumeTrue(
        required || installed, "no " + program + " in PATH: apt-get install jsonnet prometheus");
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .directory(OPS.toFile())
            .redirectErrorStream(/* redirectErrorStream= */ true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s: %s", command, output).isZero();
  }

  private static Map<String, String> files(Path directory) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(directory)) {
      for (Path file : all.toList()) {
        files.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return files;
  }

  private static List<String> alerts() throws IOException {
    return ALERT
        .matcher(Files.readString(OPS.resolve("rendered/alerts.yaml")))
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  @Test
  void rendered_files_are_those_of_the_source(@TempDir Path fresh)
      throws IOException, InterruptedException {
    need("jsonnet");
    run(List.of(OPS.resolve("render").toString(), fresh.toString()));
    assertThat(files(OPS.resolve("rendered"))).isEqualTo(files(fresh));
  }

  @Test
  void rules_pass_their_tests() throws IOException, InterruptedException {
    need("promtool");
    run(List.of("promtool", "check", "rules", "rendered/rules.yaml", "rendered/alerts.yaml"));
    run(List.of("promtool", "test", "rules", "alerts_test.yaml"));
  }

  @Test
  void every_alert_has_an_entry_and_a_case_in_which_it_fires() throws IOException {
    String entries = Files.readString(OPS.resolve("alerts.md"));
    String cases = Files.readString(OPS.resolve("alerts_test.yaml"));
    assertThat(alerts()).isNotEmpty();
    for (String alert : alerts()) {
      assertThat(entries).contains("\n## " + alert + "\n");
      assertThat(cases).contains("ALERTS{alertname=\"" + alert + "\",alertstate=\"firing\",");
    }
  }
}
