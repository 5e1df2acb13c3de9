package io.gitalyrouter.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The CPU time of each of this process's threads in nanoseconds, as the kernel counts it: the JDK's
 * own count of a process steps by 10 ms. <em>Immutable.</em>
 */
record ThreadCpu(Map<String, Long> nanosByThread) {
  static ThreadCpu now() {
    Map<String, Long> nanos = new HashMap<>();
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
      for (Path thread : threads) {
        try {
          String stat = Files.readString(thread.resolve("schedstat"));
          nanos.put(
              thread.getFileName().toString(),
              Long.parseLong(stat.substring(0, stat.indexOf(' '))));
        } catch (IOException e) {
          // The thread ended since the directory was read.
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ThreadCpu(Map.copyOf(nanos));
  }

  /** What the threads that live now used since then. */
  long since(ThreadCpu before) {
    long sum = 0;
    for (Map.Entry<String, Long> thread : nanosByThread.entrySet()) {
      sum += thread.getValue() - before.nanosByThread.getOrDefault(thread.getKey(), 0L);
    }
    return sum;
  }
}
