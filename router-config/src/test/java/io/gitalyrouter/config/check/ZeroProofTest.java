package io.gitalyrouter.config.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class ZeroProofTest {
  private static final Instant BEGIN = Instant.parse("2026-11-24T13:00:00Z");
  private static final Duration WINDOW = Duration.ofMinutes(5);
  private static final Instant END = BEGIN.plus(WINDOW);
  private static final ZeroPlan PLAN =
      new ZeroPlan(WINDOW, List.of("git01", "git02"), ZeroPlan.DEFAULT_MAX_AGE);

  @Test
  void silence_on_every_host_is_proved() {
    ZeroReport report = judge(both(BEGIN, 40, 7), both(END, 40, 7));

    assertThat(report.verdict()).isEqualTo(ZeroVerdict.PROVED);
    assertThat(report.findings())
        .extracting(ZeroFinding::verdict)
        .containsExactly(ZeroVerdict.PROVED, ZeroVerdict.PROVED, ZeroVerdict.NOT_ASKED);
    assertThat(report.findings().get(0).details())
        .containsExactly(
            "git01/1: 0 calls in 300000 ms, reported 0 ms ago",
            "git02/1: 0 calls in 300000 ms, reported 0 ms ago");
  }

  @Test
  void one_call_on_one_host_is_traffic() {
    ZeroReport report = judge(both(BEGIN, 40, 7), both(END, 40, 8));

    assertThat(report.verdict()).isEqualTo(ZeroVerdict.TRAFFIC);
    assertThat(report.findings().get(0).number()).isEqualTo(1);
  }

  @Test
  void host_that_is_missing_or_has_been_silent_is_unknown() {
    List<HostReading> only = List.of(reading("git01", "1", END, 40));
    assertThat(judge(both(BEGIN, 40, 7), only).verdict()).isEqualTo(ZeroVerdict.UNKNOWN);

    ZeroReport old = judge(both(BEGIN, 40, 7), both(END.minusSeconds(16), 40, 7));
    assertThat(old.verdict()).isEqualTo(ZeroVerdict.UNKNOWN);
    assertThat(old.findings().get(0).details())
        .contains("git01/1: unknown: its report is 16 s old");
    assertThat(judge(List.of(), List.of()).verdict()).isEqualTo(ZeroVerdict.UNKNOWN);
    ZeroPlan nobody = new ZeroPlan(WINDOW, List.of(), ZeroPlan.DEFAULT_MAX_AGE);
    assertThat(
            ZeroProof.judge(
                    nobody, ZeroReadings.of(BEGIN, List.of()), ZeroReadings.of(END, List.of()))
                .verdict())
        .isEqualTo(ZeroVerdict.UNKNOWN);
  }

  @Test
  void reports_that_do_not_cover_the_window_prove_nothing_but_traffic() {
    Instant late = BEGIN.plusSeconds(10);
    assertThat(judge(both(late, 40, 7), both(END, 40, 7)).verdict()).isEqualTo(ZeroVerdict.UNKNOWN);
    assertThat(judge(both(late, 40, 7), both(END, 41, 7)).verdict()).isEqualTo(ZeroVerdict.TRAFFIC);
  }

  @Test
  void process_that_ended_or_was_not_heard_before_is_unknown_and_a_new_silent_one_is_fine() {
    List<HostReading> before = both(BEGIN, 40, 7);
    HostReading other = reading("git02", "1", END, 7);
    HostReading same = reading("git01", "1", END, 40);

    ZeroReport restarted = judge(before, List.of(reading("git01", "2", END, 0), other));
    assertThat(restarted.findings().get(0).details())
        .anySatisfy(line -> assertThat(line).startsWith("git01/1: unknown: ended"));
    assertThat(restarted.verdict()).isEqualTo(ZeroVerdict.UNKNOWN);
    assertThat(judge(before, List.of(same, reading("git01", "2", END, 0), other)).verdict())
        .isEqualTo(ZeroVerdict.PROVED);
    assertThat(judge(before, List.of(same, reading("git01", "2", END, 3), other)).verdict())
        .isEqualTo(ZeroVerdict.UNKNOWN);
    assertThat(judge(List.of(other), List.of(reading("git01", "2", END, 0), other)).verdict())
        .as("a predecessor that nobody heard of may have called")
        .isEqualTo(ZeroVerdict.UNKNOWN);
    assertThat(judge(before, List.of(reading("git01", "1", END, 39), other)).verdict())
        .as("a counter that went back")
        .isEqualTo(ZeroVerdict.UNKNOWN);
  }

  @Test
  void running_call_or_open_socket_is_traffic_and_unseen_sockets_are_unknown() {
    HostReading other = reading("git02", "1", END, 7);
    HostReading running = new HostReading("git01", "1", END, 40, 1, OptionalLong.of(0));
    HostReading socket = new HostReading("git01", "1", END, 40, 0, OptionalLong.of(2));
    HostReading unseen = new HostReading("git01", "1", END, 40, 0, OptionalLong.empty());

    assertThat(open(List.of(running, other)).verdict()).isEqualTo(ZeroVerdict.TRAFFIC);
    assertThat(open(List.of(socket, other)).number()).isEqualTo(2);
    assertThat(open(List.of(unseen, other)).verdict()).isEqualTo(ZeroVerdict.UNKNOWN);
  }

  @Test
  void server_counters_leave_out_health_and_server_info_only() {
    assertThat(servers(page(1, 1, 5), page(9, 9, 5)).verdict()).isEqualTo(ZeroVerdict.PROVED);
    ZeroFinding grown = servers(page(1, 1, 5), page(1, 1, 6));
    assertThat(grown.verdict()).isEqualTo(ZeroVerdict.TRAFFIC);
    assertThat(grown.details())
        .containsExactly(
            "nfs01: 1 counted (grpc_server_started_total gitaly.RefService/ListRefs +1)");
  }

  @Test
  void server_that_was_restarted_or_shows_no_counters_is_unknown() {
    assertThat(servers(page(1, 1, 5), page(1, 1, 4)).verdict()).isEqualTo(ZeroVerdict.UNKNOWN);
    assertThat(servers(page(1, 1, 5), page(1, 1, 5).replace("1.7e+09", "1.8e+09")).verdict())
        .isEqualTo(ZeroVerdict.UNKNOWN);
    assertThat(servers("up 1\n", "up 1\n").verdict()).isEqualTo(ZeroVerdict.UNKNOWN);
  }

  private static String page(int checks, int infos, int lists) {
    return String.format(
        Locale.ROOT,
        """
      # TYPE grpc_server_started_total counter
      grpc_server_started_total{grpc_method="Check",grpc_service="grpc.health.v1.Health",grpc_type="unary"} %d
      grpc_server_started_total{grpc_method="ServerInfo",grpc_service="gitaly.ServerService",grpc_type="unary"} %d
      grpc_server_started_total{grpc_method="ListRefs",grpc_service="gitaly.RefService",grpc_type="server_stream"} %d
      process_start_time_seconds 1.7e+09
      """,
        checks,
        infos,
        lists);
  }

  private static ZeroFinding servers(String before, String after) {
    return ZeroProof.judge(PLAN, withServer(BEGIN, before), withServer(END, after))
        .findings()
        .get(2);
  }

  private static ZeroReadings withServer(Instant at, String page) {
    return new ZeroReadings(
        at, List.of(), new TreeMap<>(Map.of("nfs01", ServerMetrics.parse(page))));
  }

  private static ZeroFinding open(List<HostReading> after) {
    return judge(both(BEGIN, 40, 7), after).findings().get(1);
  }

  private static ZeroReport judge(List<HostReading> before, List<HostReading> after) {
    return ZeroProof.judge(PLAN, ZeroReadings.of(BEGIN, before), ZeroReadings.of(END, after));
  }

  private static List<HostReading> both(Instant at, long first, long second) {
    return List.of(reading("git01", "1", at, first), reading("git02", "1", at, second));
  }

  private static HostReading reading(String host, String process, Instant at, long started) {
    return new HostReading(host, process, at, started, 0, OptionalLong.of(0));
  }
}
