package io.gitalyrouter.timing;

import static io.gitalyrouter.fixture.GitalyMethods.FIND_COMMIT;
import static io.gitalyrouter.fixture.GitalyMethods.WRITE_REF;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gitalyrouter.call.CallRecorder;
import io.gitalyrouter.call.RunningCall;
import io.gitalyrouter.event.RouterEvent;
import io.gitalyrouter.route.Decision;
import io.gitalyrouter.route.Reason;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.route.RouteRule;
import io.gitalyrouter.route.RouteRule.BucketUnit;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TimingLogTest {
  private static final Decision ROLE = new Decision(Route.NETWORK, Route.NETWORK, Reason.ROLE);
  private static final Decision BUCKET = new Decision(Route.LOCAL, Route.LOCAL, Reason.BUCKET);
  private static final Instant START = Instant.parse("2026-11-24T12:00:00Z");

  @TempDir private Path directory;
  private final HandClock clock = new HandClock();
  private final List<RouterEvent> told = new ArrayList<>();
  private long nanos;

  private final class Rig {
    final SeriesTable table;
    final SlotWriter writer;
    final CallRecorder recorder;

    Rig(TimingSettings settings) {
      table = new SeriesTable(settings);
      writer = new SlotWriter(settings, clock, table, told::add);
      recorder =
          new StorageTimings(
              new StorageSeries("nfs file,01", table), () -> nanos, CallRecorder.NONE);
    }

    void call(Decision decision, Route served, Status.Code code, Duration took) {
      long start = nanos;
      RunningCall call = recorder.started(FIND_COMMIT, decision, start);
      nanos += took.toNanos();
      call.ended(served, code, start);
    }

    void slot() {
      clock.now = clock.now.plusSeconds(10);
      writer.write();
    }
  }

  private TimingSettings settings() {
    return TimingSettings.of(directory, "git01");
  }

  @Test
  void moved_call_stands_in_its_assigned_arm_with_the_route_that_served_and_its_whole_time()
      throws IOException {
    Rig rig = new Rig(settings());
    rig.call(ROLE, Route.LOCAL, Status.Code.OK, Duration.ofMillis(250));
    rig.call(BUCKET, Route.LOCAL, Status.Code.NOT_FOUND, Duration.ofMillis(3));
    rig.call(BUCKET, Route.LOCAL, Status.Code.NOT_FOUND, Duration.ofMillis(5));
    rig.slot();

    Map<TimingKey, Histogram> read = read();
    assertThat(read.keySet())
        .containsExactlyInAnyOrder(
            key(Route.NETWORK, Route.LOCAL, Reason.ROLE, "OK"),
            key(Route.LOCAL, Route.LOCAL, Reason.BUCKET, "NOT_FOUND"));
    Histogram moved = histogram(read, key(Route.NETWORK, Route.LOCAL, Reason.ROLE, "OK"));
    assertThat((double) moved.getMaxValue()).isCloseTo(250e6, within(250e6 / 100));
    assertThat(moved.getStartTimeStamp()).isEqualTo(START.toEpochMilli());
    assertThat(moved.getEndTimeStamp()).isEqualTo(START.plusSeconds(10).toEpochMilli());
    assertThat(
            histogram(read, key(Route.LOCAL, Route.LOCAL, Reason.BUCKET, "NOT_FOUND"))
                .getTotalCount())
        .isEqualTo(2);
  }

  private static Histogram histogram(Map<TimingKey, Histogram> read, TimingKey key) {
    return Objects.requireNonNull(read.get(key), "histogram");
  }

  private static TimingKey key(Route arm, Route served, Reason reason, String outcome) {
    return new TimingKey(
        "git01",
        "nfs file,01",
        FIND_COMMIT.getFullMethodName(),
        "unary",
        arm,
        served,
        reason,
        outcome);
  }

  @Test
  void durations_beyond_the_range_are_counted_at_its_ends() throws IOException {
    Rig rig = new Rig(settings());
    rig.call(ROLE, Route.NETWORK, Status.Code.OK, Duration.ofHours(5));
    rig.call(ROLE, Route.NETWORK, Status.Code.OK, Duration.ofNanos(-5));
    rig.slot();
    Histogram all = read().values().iterator().next();
    assertThat(all.getTotalCount()).isEqualTo(2);
    assertThat((double) all.getMaxValue()).isCloseTo(3_600e9, within(36e9));
  }

  @Test
  void files_are_bounded_in_size_and_number_and_the_newest_are_kept() throws IOException {
    Rig rig = new Rig(settings().withFiles(1, 3));
    for (int i = 0; i < 10; i++) {
      rig.call(ROLE, Route.NETWORK, Status.Code.OK, Duration.ofMillis(1 + i));
      rig.writer.mark(new TimingMark(clock.now, TimingMark.Kind.TABLE, "generation " + i));
      rig.slot();
    }
    assertThat(names())
        .containsExactly(
            "timings-git01-20261124T120110.000Z.hlog",
            "timings-git01-20261124T120110.000Z.marks",
            "timings-git01-20261124T120120.000Z.hlog",
            "timings-git01-20261124T120120.000Z.marks",
            "timings-git01-20261124T120130.000Z.hlog",
            "timings-git01-20261124T120130.000Z.marks");
    assertThat(read().values()).extracting(Histogram::getTotalCount).containsExactly(3L);
  }

  @Test
  void series_beyond_the_bound_are_not_timed_and_the_log_says_how_many_calls() throws IOException {
    Rig rig = new Rig(settings().withMaxSeries(1));
    rig.call(ROLE, Route.NETWORK, Status.Code.OK, Duration.ofMillis(1));
    rig.call(ROLE, Route.LOCAL, Status.Code.OK, Duration.ofMillis(1));
    rig.recorder.started(WRITE_REF, ROLE, 0).ended(Route.NETWORK, Status.Code.OK, 0);
    rig.call(ROLE, Route.NETWORK, Status.Code.OK, Duration.ofMillis(1));
    rig.slot();
    assertThat(read().values()).extracting(Histogram::getTotalCount).containsExactly(2L);
    assertThat(marks()).extracting(TimingMark::detail).containsExactly("calls=2 marks=0");
  }

  @Test
  void failed_write_is_told_once_harms_no_call_and_the_log_goes_on() throws IOException {
    Path blocked = directory.resolve("blocked");
    Files.writeString(blocked, "a file where the directory should be");
    Rig rig = new Rig(TimingSettings.of(blocked, "git01"));
    for (int i = 0; i < 3; i++) {
      rig.call(ROLE, Route.NETWORK, Status.Code.OK, Duration.ofMillis(1));
      rig.slot();
    }
    assertThat(told).hasSize(1);
    assertThat(told.get(0).toString()).contains("blocked").contains("cannot be written");
    Files.delete(blocked);
    rig.call(ROLE, Route.NETWORK, Status.Code.OK, Duration.ofMillis(1));
    rig.slot();
    assertThat(told).hasSize(1);
    try (Stream<Path> files = Files.list(blocked)) {
      assertThat(files.filter(file -> file.toString().endsWith(".marks")))
          .singleElement()
          .satisfies(file -> assertThat(Files.readString(file)).contains("lost\tcalls=3 marks=0"));
    }
  }

  @Test
  void every_call_of_many_threads_is_in_exactly_one_slot() throws Exception {
    Rig rig = new Rig(settings());
    int each = 50_000;
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<?>> running = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      running.add(
          threads.submit(
              () -> {
                for (int i = 0; i < each; i++) {
                  RunningCall call =
                      rig.recorder.started(FIND_COMMIT, i % 2 == 0 ? ROLE : BUCKET, 0);
                  call.ended(i % 2 == 0 ? Route.NETWORK : Route.LOCAL, Status.Code.OK, 0);
                }
              }));
    }
    while (!running.stream().allMatch(Future::isDone)) {
      rig.slot();
    }
    for (Future<?> thread : running) {
      thread.get();
    }
    threads.shutdown();
    rig.slot();
    assertThat(read().values())
        .extracting(Histogram::getTotalCount)
        .containsExactly(100_000L, 100_000L);
  }

  @Test
  void changed_shares_are_marked_and_said_again_at_the_head_of_a_new_file() throws IOException {
    Rig rig = new Rig(settings().withFiles(1, 3));
    try (TimingLog log =
        TimingLog.start(
            settings(),
            clock,
            () -> nanos,
            Executors.newSingleThreadScheduledExecutor(),
            told::add)) {
      log.assigned(Map.of("nfs-file01", RouteRule.network("network-gitaly", 50, BucketUnit.RPC)));
      log.assigned(Map.of("nfs-file01", RouteRule.network("network-gitaly", 50, BucketUnit.RPC)));
      log.assigned(Map.of("nfs-file01", RouteRule.off()));
      log.marking(event -> {})
          .onEvent(new RouterEvent.BreakerChanged("nfs-file01", "CLOSED", "OPEN"));
    }
    assertThat(marks())
        .extracting(mark -> mark.kind() + " " + mark.detail())
        .containsExactly(
            "STATE storage=nfs-file01 percent=0.00 unit=rpc",
            "START host=git01",
            "ASSIGNMENT storage=nfs-file01 percent=50.00 unit=rpc",
            "ASSIGNMENT storage=nfs-file01 percent=0.00 unit=rpc",
            "BREAKER BreakerChanged[storage=nfs-file01, from=CLOSED, to=OPEN]",
            "STOP host=git01");
    assertThat(rig.table.all()).isEmpty();
  }

  @Test
  void tags_and_marks_survive_the_way_through_a_file() {
    TimingKey odd =
        new TimingKey(
            "git 01,a=b;c",
            "störage",
            "gitaly.RefService/FindBranch",
            "unary",
            Route.NETWORK,
            Route.LOCAL,
            Reason.BREAKER_OPEN,
            "OK");
    assertThat(TimingKey.parse(odd.toTag())).contains(odd);
    assertThat(odd.toTag()).doesNotContain(",").doesNotContain(" ");
    assertThat(TimingKey.parse("another tool's tag")).isEmpty();
    TimingMark mark = new TimingMark(START, TimingMark.Kind.TROUBLE, "two\nlines\tof text");
    assertThat(TimingMark.parse(mark.toLine())).contains(mark);
    assertThat(TimingMark.parse("nonsense")).isEmpty();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private Map<TimingKey, Histogram> read() throws IOException {
    Map<TimingKey, Histogram> read = new TreeMap<>((a, b) -> a.toTag().compareTo(b.toTag()));
    for (String name : names()) {
      if (name.endsWith(".hlog")) {
        try (HistogramLogReader reader = new HistogramLogReader(directory.resolve(name).toFile())) {
          while (reader.hasNext()) {
            Histogram slot = (Histogram) reader.nextIntervalHistogram();
            TimingKey key = TimingKey.parse(slot.getTag()).orElseThrow();
            read.merge(
                key,
                slot,
                (sum, more) -> {
                  sum.add(more);
                  return sum;
                });
          }
        }
      }
    }
    return read;
  }

  private List<TimingMark> marks() throws IOException {
    List<TimingMark> marks = new ArrayList<>();
    for (String name : names()) {
      if (name.endsWith(".marks")) {
        for (String line : Files.readAllLines(directory.resolve(name))) {
          marks.add(TimingMark.parse(line).orElseThrow());
        }
      }
    }
    return marks;
  }

  private static final class HandClock extends Clock {
    private Instant now = START;

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
