package io.gitalyrouter.config.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The one file that the build makes, started as a process. */
@Timeout(60)
final class ExecutableIT {
  private static final Path EXECUTABLE = Path.of("target", "gitaly-router").toAbsolutePath();

  @TempDir private Path directory;

  @Test
  void document_is_checked_by_the_executable() throws Exception {
    Path good = Files.writeString(directory.resolve("good.yaml"), ConfigValidateCommandTest.VALID);
    Path bad = Files.writeString(directory.resolve("bad.yaml"), "version: 2\n");

    assertThat(run("config", "validate", good.toString()))
        .isEqualTo(new Shell.Result(0, good + ": valid (1 storages, 1 roles, 1 hosts)\n", ""));
    Shell.Result refused = run("config", "validate", bad.toString());
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.out()).startsWith(bad + ":1:1 storages: missing").doesNotContain("\u001b[");
  }

  @Test
  void executable_knows_its_version_and_completes_and_explains_itself() throws Exception {
    assertThat(run("--version").out()).isEqualTo("gitaly-router 0.1.0-SNAPSHOT\n");
    Path completion =
        Files.writeString(directory.resolve("bash"), run("generate-completion").out());
    Process bash =
        new ProcessBuilder(
                "bash", "-c", ". \"$1\" && complete -p gitaly-router", "-", completion.toString())
            .start();
    assertThat(new String(bash.getInputStream().readAllBytes(), UTF_8)).contains("gitaly-router");
    assertThat(bash.waitFor()).isZero();
    assertThat(run("config", "validate", "--help").out())
        .contains("Usage: gitaly-router config validate", "Examples:", "Exit codes:");
  }

  @Test
  void executable_is_found_in_the_path_and_through_a_link() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("gr"), EXECUTABLE);

    assertThat(run(link, "no-such").code()).isEqualTo(64);
  }

  @Test
  void natives_and_services_of_all_jars_are_in_the_file() throws IOException {
    try (ZipFile zip = new ZipFile(EXECUTABLE.toFile())) {
      assertThat(zip.stream().map(entry -> entry.getName()))
          .contains(
              "META-INF/native/libnetty_transport_native_epoll_x86_64.so",
              "META-INF/native/libnetty_transport_native_epoll_aarch_64.so");
      String providers =
          new String(
              zip.getInputStream(zip.getEntry("META-INF/services/io.grpc.NameResolverProvider"))
                  .readAllBytes(),
              UTF_8);
      assertThat(providers).contains("DnsNameResolverProvider", "UdsNameResolverProvider");
    }
  }

  static Shell.Result run(String... args) throws IOException, InterruptedException {
    return run(EXECUTABLE, args);
  }

  private static Shell.Result run(Path executable, String... args)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("gitaly-router", ".out");
    Path err = Files.createTempFile("gitaly-router", ".err");
    try {
      List<String> command = new ArrayList<>(List.of(executable.toString()));
      command.addAll(List.of(args));
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("ended in time").isTrue();
      return new Shell.Result(process.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }
}
