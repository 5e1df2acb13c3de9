package io.gitalyrouter.standin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The real git, without the machine's configuration: what the stand-in is compared with. */
final class GitCli {
  private final Path directory;

  GitCli(Path directory) {
    this.directory = directory;
  }

  /** Standard output as text without the last line end. */
  String run(String... arguments) {
    return new String(bytes(arguments), StandardCharsets.UTF_8).stripTrailing();
  }

  List<String> lines(String... arguments) {
    return run(arguments).lines().toList();
  }

  byte[] bytes(String... arguments) {
    return bytes(new byte[0], arguments);
  }

  /** Standard output of git with this on its standard input. */
  byte[] bytes(byte[] input, String... arguments) {
    try {
      Process git = start(arguments);
      try (OutputStream stdin = git.getOutputStream()) {
        stdin.write(input);
      } catch (IOException e) {
        // A git that does not read its input says so by its exit status, if it matters.
      }
      ByteArrayOutputStream output = new ByteArrayOutputStream();
      try (InputStream stdout = git.getInputStream()) {
        stdout.transferTo(output);
      }
      if (git.waitFor() != 0) {
        throw new IllegalStateException("git " + List.of(arguments) + ": " + output);
      }
      return output.toByteArray();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add("git");
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
    builder.environment().put("GIT_CONFIG_NOSYSTEM", "1");
    for (String role : List.of("AUTHOR", "COMMITTER")) {
      builder.environment().put("GIT_" + role + "_NAME", "Sample " + role);
      builder.environment().put("GIT_" + role + "_EMAIL", "sample@localhost");
    }
    return builder.start();
  }
}
