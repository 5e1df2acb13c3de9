package io.gitalyrouter.docker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A program of this machine that ends by itself. <em>Immutable.</em> */
final class Command {
  private Command() {}

  /** Runs it; returns what it wrote. */
  static String run(String... command) {
    return run(List.of(command));
  }

  /** As {@link #run(String...)}. */
  static String run(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command).redirectErrorStream(/* redirectErrorStream= */ true).start();
      process.getOutputStream().close();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new IOException(command + " failed: " + output);
      }
      return output;
    } catch (IOException e) {
      throw new IllegalStateException(e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + command + " ran", e);
    }
  }

  /** Whether it can be run and says that all is well. */
  static boolean succeeds(String... command) {
    try {
      run(command);
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }
}
