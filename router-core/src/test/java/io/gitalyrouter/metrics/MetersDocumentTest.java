package io.gitalyrouter.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

final class MetersDocumentTest {
  @Test
  void document_lists_every_meter_as_the_code_declares_it() throws IOException {
    StringBuilder table =
        new StringBuilder("| meter | kind | tags | meaning |\n|---|---|---|---|\n");
    for (RouterMeters meter : RouterMeters.values()) {
      table.append(
          String.format(
              Locale.ROOT,
              "| `%s` | %s | %s | %s |%n",
              meter.meterName(),
              meter.kind().name().toLowerCase(Locale.ROOT),
              String.join(", ", meter.tags()),
              meter.meaning()));
    }
    assertThat(Files.readString(Path.of("docs/metrics.md"))).endsWith("\n" + table);
  }

  @Test
  void document_lists_every_observation_as_the_code_declares_it() throws IOException {
    StringBuilder table =
        new StringBuilder("| observation | keys | events | meaning |\n|---|---|---|---|\n");
    for (RouterObservations observation : RouterObservations.values()) {
      table.append(
          String.format(
              Locale.ROOT,
              "| `%s` | %s | %s | %s |%n",
              observation.observationName(),
              String.join(", ", observation.keys()),
              String.join(", ", observation.events()),
              observation.meaning()));
    }
    assertThat(Files.readString(Path.of("docs/metrics.md"))).contains("\n\n" + table + "\n");
  }
}
