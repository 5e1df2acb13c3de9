package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.source.ConfigSource;
import io.gitalyrouter.config.source.SourceContent;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Says what an operating system's error means. <em>Thread-safe.</em> */
final class Failures {
  private Failures() {}

  /**
   * Reads a source.
   *
   * @throws IOException with a message that names it
   */
  static SourceContent read(ConfigSource source) throws IOException {
    try {
      return source.read();
    } catch (IOException e) {
      throw new IOException(source.name() + ": " + e.getMessage(), e);
    }
  }

  /** What is wrong, where, and what to do. */
  static String describe(IOException e) {
    if (e instanceof NoSuchFileException missing) {
      return missing.getFile() + " does not exist; correct the path";
    }
    if (e instanceof AccessDeniedException denied) {
      return denied.getFile() + ": permission denied; run as a user who may, or change its mode";
    }
    if (e instanceof FileSystemException failed && failed.getReason() != null) {
      return failed.getFile() + ": " + failed.getReason();
    }
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
