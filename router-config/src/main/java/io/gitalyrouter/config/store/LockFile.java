package io.gitalyrouter.config.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One writer at a time, of all processes of the host. <em>Thread-safe.</em> */
final class LockFile {
  private static final Duration PAUSE = Duration.ofMillis(10);
  private static final int TRIES = 500;

  private final Path file;

  LockFile(Path file) {
    this.file = file;
  }

  /** What is done with the lock held. */
  @FunctionalInterface
  interface Work<T> {
    /** Does it. */
    T run() throws IOException;
  }

  /**
   * Waits for the lock, for five seconds at most, and works with it held. It ends with the process
   * in any case.
   *
   * @throws IOException if another writer holds it for that long
   */
  <T> T holding(Work<T> work) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (int i = 0; i < TRIES; i++) {
        if (tryLock(channel) != null) {
          return work.run();
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
    throw new IOException(file + ": another command is writing for 5 s; is it stuck?");
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // Another thread of this process has it.
      return null;
    }
  }
}
