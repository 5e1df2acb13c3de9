package io.gitalyrouter.config.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gitalyrouter.call.CallRecorder;
import io.gitalyrouter.event.RouterListener;
import io.gitalyrouter.route.Decision;
import io.gitalyrouter.route.Reason;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.timing.TimingKey;
import io.gitalyrouter.timing.TimingLog;
import io.gitalyrouter.timing.TimingMark;
import io.gitalyrouter.timing.TimingSettings;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From files to the report. */
final class LogsTest {
  @TempDir private Path directory;

  private static SyntheticLog twoHosts() {
    SyntheticLog log = new SyntheticLog(Design.RPC, 3);
    log.hosts = 2;
    return log;
  }

  @Test
  void what_the_router_wrote_is_read_with_its_host_its_marks_and_its_calls() throws IOException {
    TimingLog log =
        TimingLog.start(
            TimingSettings.of(directory, "git 01"),
            Clock.fixed(SyntheticLog.FROM, ZoneOffset.UTC),
            () -> 0,
            Executors.newSingleThreadScheduledExecutor(),
            RouterListener.NONE);
    CallRecorder recorder = log.recorder("nfs-file01", CallRecorder.NONE);
    for (int i = 0; i < 7; i++) {
      recorder
          .started(
              RecordedLog.method("gitaly.CommitService/FindCommit"),
              new Decision(Route.NETWORK, Route.NETWORK, Reason.ROLE),
              0)
          .ended(Route.LOCAL, Status.Code.OK, 0);
    }
    log.close();
    TimingData data = TimingData.read(List.of(directory));
    assertThat(data.slots()).hasSize(1);
    assertThat(data.slots().get(0).key())
        .isEqualTo(
            new TimingKey(
                "git 01",
                "nfs-file01",
                "gitaly.CommitService/FindCommit",
                "unary",
                Route.NETWORK,
                Route.LOCAL,
                Reason.ROLE,
                "OK"));
    assertThat(data.slots().get(0).counts().calls()).isEqualTo(7);
    assertThat(data.slots().get(0).startMillis()).isEqualTo(SyntheticLog.FROM.toEpochMilli());
    assertThat(data.marks())
        .extracting(HostMark::host, mark -> mark.mark().kind())
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("git 01", TimingMark.Kind.START),
            org.assertj.core.groups.Tuple.tuple("git 01", TimingMark.Kind.STOP));
  }

  @Test
  void files_of_many_hosts_give_the_same_report_as_their_calls_and_a_cut_line_costs_only_itself()
      throws IOException {
    SyntheticLog log = twoHosts();
    TimingData data = log.data();
    for (String host : List.of("git01", "git02")) {
      write(host, data);
    }
    Files.writeString(directory.resolve("git02.hlog"), "Tag=cut,17", StandardOpenOption.APPEND);
    TimingData read = TimingData.read(List.of(directory));
    assertThat(read.unreadable()).isEqualTo(1);
    assertThat(read.sources()).hasSize(2).allMatch(source -> source.contains("sha256:"));
    CompareReport report = Comparison.of(log.plan(), read);
    assertThat(report.groups()).isEqualTo(Comparison.of(log.plan(), data).groups());
    assertThat(report.hosts()).extracting(GroupEffects::name).containsExactly("git01", "git02");
    assertThat(report.check("lost calls").orElseThrow().result())
        .isEqualTo(SanityCheck.Result.NOTED);
  }

  private void write(String host, TimingData data) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    HistogramLogWriter writer = new HistogramLogWriter(bytes);
    writer.outputLogFormatVersion();
    writer.outputStartTime(SyntheticLog.FROM.toEpochMilli());
    writer.outputLegend();
    for (SlotCounts slot : data.slots()) {
      if (slot.key().host().equals(host)) {
        Histogram histogram = new Histogram(1_000, 3_600_000_000_000L, 2);
        for (int i = 0; i < slot.counts().count().length; i++) {
          histogram.recordValueWithCount(slot.counts().lower()[i], slot.counts().count()[i]);
        }
        histogram.setTag(slot.key().toTag());
        writer.outputIntervalHistogram(
            slot.startMillis() / 1e3, slot.endMillis() / 1e3, histogram, 1e6);
      }
    }
    writer.close();
    Files.write(directory.resolve(host + ".hlog"), bytes.toByteArray());
  }

  private static TimingData marked(TimingData data, HostMark... marks) {
    return new TimingData(data.slots(), Arrays.asList(marks), List.of(), 0);
  }

  private static HostMark mark(String host, int second, TimingMark.Kind kind, String detail) {
    return new HostMark(host, new TimingMark(SyntheticLog.FROM.plusSeconds(second), kind, detail));
  }

  @Test
  void calls_of_a_host_that_settles_are_left_out_and_those_of_a_trip_are_not() {
    SyntheticLog log = twoHosts();
    TimingData data = log.data();
    CompareReport report =
        Comparison.of(
            log.plan(),
            marked(
                data,
                mark("git01", 300, TimingMark.Kind.START, "host=git01"),
                mark("git02", 600, TimingMark.Kind.BREAKER, "CLOSED to OPEN")));
    long settling =
        data.slots().stream()
            .filter(slot -> slot.key().host().equals("git01"))
            .filter(
                slot -> {
                  long at = slot.middleMillis() - SyntheticLog.FROM.toEpochMilli();
                  // The slot that the start cuts in two goes too.
                  return at > 290_000 && at < 360_000;
                })
            .mapToLong(slot -> slot.counts().calls())
            .sum();
    assertThat(report.leftOut()).containsExactly(java.util.Map.entry(Selection.SETTLING, settling));
    assertThat(report.check("marked events").orElseThrow().detail()).contains("breaker=1");
    assertThat(report.timeline()).hasSize(2);
    assertThat(report.because()).isEmpty();
  }

  @Test
  void a_share_changed_inside_the_window_or_many_lost_calls_forbid_a_verdict() {
    SyntheticLog log = twoHosts();
    TimingData data = log.data();
    CompareReport changed =
        Comparison.of(
            log.plan(),
            marked(
                data,
                mark(
                    "git01", 900, TimingMark.Kind.ASSIGNMENT, "storage=a percent=10.00 unit=rpc")));
    assertThat(changed.check("assignment").orElseThrow().isFailed()).isTrue();
    assertThat(changed.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    CompareReport lost =
        Comparison.of(
            log.plan(),
            marked(data, mark("git01", 900, TimingMark.Kind.LOST, "calls=5000 marks=0")));
    assertThat(lost.check("lost calls").orElseThrow().isFailed()).isTrue();
  }

  @Test
  void quantiles_of_two_digit_histograms_are_exact_to_a_tenth_of_a_percent() {
    SplittableRandom random = new SplittableRandom(5);
    double[] values = new double[200_000];
    List<SlotCounts> slots = new ArrayList<>();
    TimingKey local =
        new TimingKey("git01", "a", "m", "unary", Route.LOCAL, Route.LOCAL, Reason.BUCKET, "OK");
    TimingKey network =
        new TimingKey("git01", "a", "m", "unary", Route.NETWORK, Route.NETWORK, Reason.ROLE, "OK");
    for (int slot = 0; slot < 40; slot++) {
      Histogram histogram = new Histogram(1_000, 3_600_000_000_000L, 2);
      for (int i = 0; i < 5_000; i++) {
        double value = 5e6 * Math.exp(0.7 * random.nextGaussian());
        values[5_000 * slot + i] = value;
        histogram.recordValue((long) value);
      }
      long start = SyntheticLog.FROM.toEpochMilli() + 10_000L * slot;
      for (TimingKey key : List.of(local, network)) {
        slots.add(new SlotCounts(key, start, start + 10_000, Counts.of(histogram)));
      }
    }
    Arrays.sort(values);
    CompareReport report =
        Comparison.of(
            ComparisonPlan.of(
                Design.RPC, SyntheticLog.FROM, SyntheticLog.FROM.plus(Duration.ofSeconds(400))),
            new TimingData(slots, List.of(), List.of(), 0));
    for (double quantile : new double[] {0.5, 0.9, 0.95, 0.99}) {
      double exact = values[(int) Math.ceil(quantile * values.length) - 1] / 1e6;
      assertThat(report.overall().at(quantile).orElseThrow().localMillis())
          .as("at %s", quantile)
          .isCloseTo(exact, within(0.001 * exact));
    }
  }

  @Test
  void report_is_the_same_for_the_same_seed_and_says_what_a_reader_needs() {
    SyntheticLog log = twoHosts();
    TimingData data = log.data();
    String text = Comparison.of(log.plan(), data).toMarkdown();
    assertThat(text).isEqualTo(Comparison.of(log.plan(), data).toMarkdown());
    assertThat(Comparison.of(log.plan().withBootstrap(500, 2), data).toMarkdown())
        .isNotEqualTo(text);
    assertThat(text)
        .contains("# Network route against local route: ")
        .contains("2026-11-24T12:00:00Z")
        .contains("design: rpc, 50.00 %".replace("design", "Design"))
        .contains("| A/A run | NOT_RUN |")
        .contains("| nfs-file01 gitaly.CommitService/FindCommit |")
        .contains("## By worker host")
        .contains("needs 10000 calls in each arm")
        .contains("Seed 1, 500 replicates");
  }

  @Test
  void page_is_well_formed_loads_nothing_and_shows_what_the_report_says() throws Exception {
    SyntheticLog log = twoHosts();
    log.tripped = 0.05;
    TimingData data =
        marked(log.data(), mark("git01", 900, TimingMark.Kind.BREAKER, "<CLOSED> & \"OPEN\""));
    CompareReport report = Comparison.of(log.plan(), data);
    String page = report.toHtml();
    String written = System.getProperty("compare.page");
    if (written != null) {
      Files.writeString(Path.of(written), page);
    }
    assertThat(page).doesNotContain("<script").doesNotContain("http:").doesNotContain("https:");
    assertThat(page)
        .contains("<h1>Network route against local route: " + report.verdict().label())
        .contains("&lt;CLOSED&gt; &amp; &quot;OPEN&quot;")
        .contains("class=\"bar\"")
        .contains("all calls, p95");
    String xml = page.substring(page.indexOf("<body>"), page.indexOf("</html>"));
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void json_report_follows_its_schema() throws IOException {
    SyntheticLog log = twoHosts();
    TimingData data = marked(log.data(), mark("git01", 0, TimingMark.Kind.START, "host=git01"));
    assertThat(SchemaErrors.of(Comparison.of(log.plan(), data).toJson())).isEmpty();
    TimingData nothing = new TimingData(List.of(), List.of(), List.of(), 0);
    assertThat(SchemaErrors.of(Comparison.of(log.plan(), nothing).toJson())).isEmpty();
    String wrong = Comparison.of(log.plan(), data).toJson().replace("\"verdict\"", "\"judgement\"");
    assertThat(SchemaErrors.of(wrong)).isNotEmpty();
    assertThat(new String(wrong.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
        .doesNotContain("NaN");
  }
}
