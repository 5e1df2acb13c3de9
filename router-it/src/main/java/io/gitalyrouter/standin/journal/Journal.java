package io.gitalyrouter.standin.journal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A file that lines are added to, each handed to the operating system before {@link #append}
 * returns. *Thread-safe.*
 *
 * <p>A process that is killed loses no line; a machine that loses power may. The file is never
 * emptied, so a restarted server goes on where its predecessor stopped.
 */
public final class Journal implements Closeable {
  private final ReentrantLock lock = new ReentrantLock();

  /** A plain stream: a file channel would be closed by the interrupt of a cancelled call. */
  @GuardedBy("lock") private final OutputStream out;

  private Journal(OutputStream out) {
    this.out = out;
  }

  /** Opens a journal, creating the file if it is absent. The caller closes it. */
  public static Journal open(Path file) throws IOException {
    return new Journal(new FileOutputStream(file.toFile(), /* append= */ true));
  }

  /**
   * Adds one line.
   *
   * @throws UncheckedIOException if the line could not be written; the event must not go on then
   */
  public void append(Map<String, ?> fields) {
    byte[] line = (FlatJson.write(fields) + '\n').getBytes(StandardCharsets.UTF_8);
    lock.lock();
    try {
      out.write(line);
    } catch (IOException e) {
      throw new UncheckedIOException("journal", e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      out.close();
    } finally {
      lock.unlock();
    }
  }
}
