package io.gitalyrouter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JournalTest {
  private static final int WRITERS = 4;
  private static final int LINES = 500;

  @TempDir Path directory = Path.of("");

  @Test
  void flush_returns_when_earlier_lines_are_on_disk() throws IOException {
    Path file = directory.resolve("j");
    try (Journal journal = Journal.open(file)) {
      journal.append(line(1));
      journal.append(line(2));
      journal.flush();

      assertThat(Files.readAllLines(file)).containsExactly("{\"n\":1}", "{\"n\":2}");
    }
  }

  @Test
  void close_loses_no_line_of_any_writer()
      throws IOException, InterruptedException, ExecutionException {
    Path file = directory.resolve("j");
    ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
    try (Journal journal = Journal.open(file)) {
      List<Future<?>> running = new ArrayList<>();
      for (int w = 0; w < WRITERS; w++) {
        running.add(
            writers.submit(
                () -> {
                  for (int i = 0; i < LINES; i++) {
                    journal.append(line(i));
                  }
                }));
      }
      for (Future<?> each : running) {
        each.get();
      }
    } finally {
      writers.shutdownNow();
    }

    assertThat(Files.readAllLines(file)).hasSize(WRITERS * LINES);
  }

  @Test
  void closing_twice_does_not_hang() throws IOException {
    Journal journal = Journal.open(directory.resolve("j"));
    journal.close();
    journal.close();

    assertThat(directory.resolve("j")).isEmptyFile();
  }

  private static JsonObject line(int n) {
    JsonObject line = new JsonObject();
    line.addProperty("n", n);
    return line;
  }
}
