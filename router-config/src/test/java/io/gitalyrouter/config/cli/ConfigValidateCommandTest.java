package io.gitalyrouter.config.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigValidateCommandTest {
  static final String VALID =
      """
      version: 1
      storages:
        one:
          local: { address: "unix:/run/gitaly.socket" }
          network: { address: "tcp://file01.example.com:9999" }
      roles:
        network-gitaly: { route: network, storages: [one] }
      hosts:
        git01: { roles: [] }
      """;

  @TempDir private Path directory;
  private final Shell shell = new Shell();

  @Test
  void valid_document_is_counted() throws IOException {
    Path file = Files.writeString(directory.resolve("router.yaml"), VALID);

    Shell.Result result = shell.run("config", "validate", file.toString());

    assertThat(result)
        .isEqualTo(new Shell.Result(0, file + ": valid (1 storages, 1 roles, 1 hosts)\n", ""));
  }

  @Test
  void every_problem_has_its_place_and_the_exit_code_tells() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("router.yaml"),
            VALID
                .replace("route: network", "route: nowhere")
                .replace("git01: {", "git01: { rols: 1,"));

    Shell.Result result = shell.run("config", "validate", file.toString());

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out().lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith(file + ":7:28 roles.network-gitaly.route: "),
            line -> assertThat(line).startsWith(file + ":9:12 hosts.git01.rols: unknown key"),
            line -> assertThat(line).isEqualTo(file + ": not valid (problems: 2)"));
    Shell.Result json = shell.run("config", "validate", "--output", "json", file.toString());
    assertThat(json.code()).isEqualTo(1);
    assertThat(json.out()).contains("\"valid\": false", "\"line\": 7", "\"column\": 28");
    Shell.Result yaml = shell.run("config", "validate", "--output", "yaml", file.toString());
    assertThat(yaml.out()).contains("valid: false\n", "line: 7\n", "column: 28\n");
  }

  @Test
  void missing_file_and_wrong_command_lines_say_what_to_do() {
    Path nowhere = directory.resolve("nowhere.yaml");
    Shell.Result missing = shell.run("config", "validate", nowhere.toString());
    assertThat(missing.code()).isEqualTo(70);
    assertThat(missing.err()).startsWith("gitaly-router: " + nowhere);

    Shell.Result unknown = shell.run("config", "validate", "--outptu", "json", "x");
    assertThat(unknown.code()).isEqualTo(64);
    assertThat(unknown.err())
        .contains("'--outptu'", "did you mean", "see: gitaly-router config validate --help");
    assertThat(shell.run().code()).isEqualTo(64);
    assertThat(shell.run("config").code()).isEqualTo(64);
    assertThat(shell.run("confg").err()).contains("did you mean: config, ");
  }
}
