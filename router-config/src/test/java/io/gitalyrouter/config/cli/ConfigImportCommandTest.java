package io.gitalyrouter.config.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigImportCommandTest {
  private static final String RUBY =
      "git_data_dirs({ 'one' => { 'gitaly_address' => 'tcp://h:1', 'gitaly_token' => 's3cr3t' } })\n";

  @TempDir private Path directory;
  private final Shell shell = new Shell();

  @Test
  void printed_document_is_valid_and_what_is_left_to_do_is_told_apart() throws IOException {
    Path ruby = Files.writeString(directory.resolve("storages.rb"), RUBY);

    Shell.Result result =
        shell.run("config", "import", "--local", "unix:/run/g.sock", ruby.toString());

    assertThat(result.code()).isZero();
    assertThat(result.err().lines())
        .hasSize(3)
        .allMatch(line -> line.startsWith(ruby + ":1:"))
        .anyMatch(line -> line.contains("write it to /etc/gitaly-router/one.token"));
    assertThat(result.out() + result.err()).doesNotContain("s3cr3t");
    Path imported = Files.writeString(directory.resolve("router.yaml"), result.out());
    assertThat(shell.run("config", "validate", imported.toString()).code()).isZero();
  }

  @Test
  void text_that_is_no_literal_fails_and_wrong_options_are_usage_errors() throws IOException {
    Path ruby = Files.writeString(directory.resolve("storages.rb"), "system('x')\n");

    Shell.Result refused = shell.run("config", "import", ruby.toString());
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err()).contains(ruby + ":1:1: not a literal, and not evaluated");
    assertThat(shell.run("config", "import", "--local", "nothing", ruby.toString()).code())
        .isEqualTo(64);
  }
}
