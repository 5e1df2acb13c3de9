package io.gitalyrouter.worker;

import com.google.gson.JsonObject;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of JSON lines, written by one thread of its own in the order of arrival. What was appended
 * before {@link #flush()} or {@link #close()} is on disk when those return. <em>Thread-safe.</em>
 */
final class Journal implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Journal.class);

  private final Path file;
  private final BufferedWriter out;
  // Unbounded: a call is never slowed by the disk, and a line is never dropped.
  private final BlockingQueue<Entry> entries = new LinkedBlockingQueue<>();
  private final Thread writer;
  // Completed when the writing thread ends: after the last mark, or because it failed.
  private final CompletableFuture<Void> gone = new CompletableFuture<>();

  /** A line, or a request to tell when everything before it is on disk. */
  private sealed interface Entry {}

  private record Line(String text) implements Entry {}

  private record Mark(CompletableFuture<Void> reached, boolean last) implements Entry {}

  private Journal(Path file, BufferedWriter out) {
    this.file = file;
    this.out = out;
    this.writer = NamedThreads.of("journal-" + file.getFileName()).newThread(this::writeAll);
  }

  /** Opens a file for appending and starts the writing thread. */
  static Journal open(Path file) throws IOException {
    Journal journal =
        new Journal(
            file,
            Files.newBufferedWriter(
                file,
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND));
    journal.writer.start();
    return journal;
  }

  /** Adds a line. Does not block. */
  void append(JsonObject line) {
    entries.add(new Line(line.toString()));
  }

  /** Waits until every line appended so far is on disk. */
  void flush() {
    await(new Mark(new CompletableFuture<>(), /* last= */ false));
  }

  @Override
  public void close() {
    await(new Mark(new CompletableFuture<>(), /* last= */ true));
  }

  private void await(Mark mark) {
    entries.add(mark);
    // The thread may end between the two, and would leave the mark unread.
    CompletableFuture.anyOf(mark.reached(), gone).join();
  }

  private void writeAll() {
    try (out) {
      boolean open = true;
      while (open) {
        Entry entry = entries.take();
        if (entry instanceof Line line) {
          out.write(line.text());
          out.write('\n');
          if (entries.isEmpty()) {
            out.flush();
          }
        } else if (entry instanceof Mark mark) {
          out.flush();
          open = !mark.last();
          mark.reached().complete(null);
        }
      }
    } catch (IOException e) {
      log.error("journal {} cannot be written: {}", file, e.getMessage());
      gone.completeExceptionally(new UncheckedIOException(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      gone.completeExceptionally(
          new IllegalStateException("journal " + file + " was interrupted", e));
    }
    // No effect after a failure, which whoever waits must learn: the book has a hole.
    gone.complete(null);
  }
}
