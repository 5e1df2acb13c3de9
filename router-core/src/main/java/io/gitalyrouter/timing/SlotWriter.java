package io.gitalyrouter.timing;

import io.gitalyrouter.event.RouterEvent;
import io.gitalyrouter.event.RouterListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the slots. Marks come from any thread; all else is confined to the log's own thread. A
 * slot that cannot be written is lost, and the next one says so.
 */
final class SlotWriter {
  private static final Logger LOG = LoggerFactory.getLogger(TimingLog.class);
  private static final int MAX_WAITING_MARKS = 1_000;
  private static final double NANOS_PER_MILLI = 1e6;

  private final TimingSettings settings;
  private final Clock clock;
  private final SeriesTable table;
  private final RouterListener listener;
  private final LogFiles files;
  private final Histogram scratch;

  private final Queue<TimingMark> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waitingCount = new AtomicInteger();
  private final LongAdder lostMarks = new LongAdder();

  /** Replaced whole by who changes the table, one at a time; read by the writing thread. */
  private volatile Map<String, String> shares = Map.of();

  private Instant slotStart;
  private long lostCalls;
  private boolean failing;

  SlotWriter(TimingSettings settings, Clock clock, SeriesTable table, RouterListener listener) {
    this.settings = settings;
    this.clock = clock;
    this.table = table;
    this.listener = listener;
    this.files = new LogFiles(settings);
    this.scratch = Series.scratch(settings.significantDigits());
    this.slotStart = now();
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  void mark(TimingMark mark) {
    if (waitingCount.incrementAndGet() > MAX_WAITING_MARKS) {
      waitingCount.decrementAndGet();
      lostMarks.increment();
    } else {
      waiting.add(mark);
    }
  }

  void assigned(Map<String, String> now) {
    Map<String, String> before = shares;
    shares = Map.copyOf(now);
    now.forEach(
        (storage, share) -> {
          if (!share.equals(before.get(storage))) {
            mark(new TimingMark(now(), TimingMark.Kind.ASSIGNMENT, share));
          }
        });
    before.forEach(
        (storage, share) -> {
          if (!now.containsKey(storage)) {
            mark(
                new TimingMark(
                    now(), TimingMark.Kind.ASSIGNMENT, "storage=" + storage + " percent=0.00"));
          }
        });
  }

  /** Writes what was counted since the last time. Never throws. */
  void write() {
    try {
      Instant start = slotStart;
      Instant end = now().isAfter(start) ? now() : start.plusMillis(1);
      slotStart = end;
      append(start, end);
    } catch (RuntimeException e) {
      LOG.error("the timing log failed on a slot; it goes on with the next", e);
    }
  }

  private void append(Instant start, Instant end) {
    List<TimingMark> marks = marks(end);
    ByteArrayOutputStream slot = new ByteArrayOutputStream();
    long calls = encode(slot, start, end);
    try {
      files.append(start, slot.toByteArray(), marks);
      lostCalls = 0;
      if (failing) {
        failing = false;
        LOG.info("timing log {}: written again", settings.directory());
      }
    } catch (IOException e) {
      lostCalls += calls;
      if (!failing) {
        failing = true;
        listener.onEvent(
            new RouterEvent.Trouble(
                "timing log " + settings.directory(),
                "cannot be written: " + e,
                "make room or correct the permissions there; calls are served, and not timed"));
      }
    }
  }

  private List<TimingMark> marks(Instant at) {
    List<TimingMark> marks = new ArrayList<>();
    if (files.startsNew()) {
      shares.values().forEach(share -> marks.add(new TimingMark(at, TimingMark.Kind.STATE, share)));
    }
    TimingMark next = waiting.poll();
    while (next != null) {
      waitingCount.decrementAndGet();
      marks.add(next);
      next = waiting.poll();
    }
    long untimed = table.takeLost() + lostCalls;
    long unmarked = lostMarks.sumThenReset();
    lostCalls = untimed;
    if (untimed > 0 || unmarked > 0) {
      marks.add(
          new TimingMark(at, TimingMark.Kind.LOST, "calls=" + untimed + " marks=" + unmarked));
    }
    return marks;
  }

  private long encode(ByteArrayOutputStream slot, Instant start, Instant end) {
    HistogramLogWriter writer = new HistogramLogWriter(slot);
    long calls = 0;
    for (Series series : table.all()) {
      series.drainInto(scratch);
      if (scratch.getTotalCount() > 0) {
        calls += scratch.getTotalCount();
        scratch.setTag(series.key().toTag());
        writer.outputIntervalHistogram(
            start.toEpochMilli() / 1e3, end.toEpochMilli() / 1e3, scratch, NANOS_PER_MILLI);
      }
    }
    writer.close();
    return calls;
  }
}
