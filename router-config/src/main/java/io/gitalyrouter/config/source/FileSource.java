package io.gitalyrouter.config.source;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A document in a file, watched. It may be replaced by rename, through a link swap as Kubernetes
 * does, or be written in place; the file and any directory above it may come and go.
 * <em>Thread-safe.</em>
 */
public final class FileSource implements ConfigSource {
  private final Path file;

  private FileSource(Path file) {
    this.file = file;
  }

  /**
   * The document in this file. Touches nothing yet.
   *
   * @param file its path; a relative one is taken from the process's working directory
   */
  public static FileSource of(Path file) {
    return new FileSource(file);
  }

  @Override
  public String name() {
    return file.toString();
  }

  @Override
  public SourceContent read() throws IOException {
    return BoundedRead.read(file);
  }

  @Override
  public Watch watch(Listener listener) {
    return FileWatch.start(file, listener, FileWatch.WRITTEN_STILL);
  }

  @Override
  public String toString() {
    return "file(" + file + ")";
  }
}
