package io.gitalyrouter.config.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.config.admin.AdminClient.Answer;
import io.gitalyrouter.config.admin.Drained;
import io.gitalyrouter.config.admin.HostReport;
import io.gitalyrouter.config.admin.HostReport.Calls;
import io.gitalyrouter.config.admin.HostReport.MethodCalls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class DrainLookTest {
  private static final Duration WAITED = Duration.ofMillis(1500);

  private static Answer<Drained> answer(long inFlight) {
    return new Answer<>(
        Path.of("/run/git01-7.sock"),
        Optional.of(
            new Drained(List.of(new Drained.Left("tcp://file01:9999", inFlight, false)), 0)),
        Optional.empty());
  }

  private static HostReport report(List<Calls> calls) {
    HostReport.Storage storage =
        new HostReport.Storage(
            "one",
            Optional.empty(),
            0,
            "unix:/s",
            Optional.of("tcp://file01:9999"),
            "DARK",
            HostReport.RouteState.LOCAL,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            calls);
    return new HostReport(
        HostReport.VERSION,
        Shell.NOW,
        "git01",
        "7",
        "1.0",
        new HostReport.Config(
            "a".repeat(64), "x", 1, Shell.NOW, Optional.empty(), false, List.of(), List.of()),
        1,
        List.of(),
        List.of(storage),
        List.of(),
        Optional.empty());
  }

  @Test
  void calls_that_are_left_are_named_with_their_number_and_the_age_of_the_oldest() {
    List<Calls> calls =
        List.of(
            new Calls("local", 9, 9, Optional.of(99.0), List.of(new MethodCalls("l/L", 9, 9))),
            new Calls(
                "network",
                50,
                3,
                Optional.of(12.0),
                List.of(
                    new MethodCalls("gitaly.CommitService/FindCommit", 40, 0),
                    new MethodCalls("gitaly.RefService/ListRefs", 8, 2),
                    new MethodCalls("gitaly.SSHService/SSHUploadPack", 2, 1))));
    DrainLook look = new DrainLook(WAITED, List.of(answer(3)), List.of(report(calls)));
    assertThat(look.text())
        .isEqualTo(
            """
            1.5 s: 3 calls left
              git01-7.sock tcp://file01:9999: 3
              git01 pid 7 one: oldest 12 s; gitaly.RefService/ListRefs 2, gitaly.SSHService/SSHUploadPack 1
            """);
    assertThat(look.verdict()).isEqualTo("left over: 3 calls");
    assertThat(look.isDrained()).isFalse();
    assertThat(look.toJson().getAsJsonArray("running"))
        .hasToString(
            "[{\"host\":\"git01\",\"process\":\"7\",\"storage\":\"one\",\"in_flight\":3,"
                + "\"oldest_seconds\":12.0,\"methods\":["
                + "{\"method\":\"gitaly.RefService/ListRefs\",\"in_flight\":2},"
                + "{\"method\":\"gitaly.SSHService/SSHUploadPack\",\"in_flight\":1}]}]");
  }

  @Test
  void silence_of_a_process_is_no_drain() {
    Answer<Drained> silent =
        new Answer<>(
            Path.of("/run/git01-8.sock"), Optional.empty(), Optional.of("no answer within 5 s"));
    DrainLook look = new DrainLook(WAITED, List.of(answer(0), silent), List.of());
    assertThat(look.isDrained()).isFalse();
    assertThat(look.verdict()).isEqualTo("left over: 0 calls, 1 processes do not answer");
    assertThat(new DrainLook(WAITED, List.of(answer(0)), List.of()).verdict()).isEqualTo("drained");
  }
}
