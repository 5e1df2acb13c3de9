package io.gitalyrouter.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LiveTableTest {
  private static final Snapshot SNAPSHOT =
      new Snapshot(
          Phase.OBSERVE,
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          0.25,
          List.of(new Snapshot.HostLine("git01", 1, 99, 2, 3, 1500, 25_000, "READY/CLOSED")),
          "100 storage calls");

  @Test
  void table_shows_progress_hosts_and_server() {
    assertThat(LiveTable.lines(SNAPSHOT))
        .containsExactly(
            "  total      [" + "#".repeat(10) + ".".repeat(30) + "] 25 %",
            "  observe    ["
                + "#".repeat(20)
                + ".".repeat(20)
                + "] 5 of 10 s: git01 over the network, git02 local, same work",
            "  host      local  network  failed  moved   p50 ms   p95 ms  router",
            "  git01         1       99       2      3      1.5     25.0  READY/CLOSED",
            "  network server: 100 storage calls");
  }

  @Test
  void plain_screen_writes_no_control_characters_and_not_every_snapshot() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Screen screen = new Screen.Plain(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    for (int i = 0; i < 10; i++) {
      screen.show(SNAPSHOT);
    }

    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .hasLineCount(1)
        .contains("git01 local=1 network=99 failed=2 moved=3")
        .doesNotContain("\u001b");
  }

  @Test
  void live_screen_takes_back_what_it_drew_before_it_goes_on() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Screen screen = new Screen.Live(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    screen.show(SNAPSHOT);
    screen.line("something happened");

    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .contains("\u001b[5A\r\u001b[0Jsomething happened");
  }
}
