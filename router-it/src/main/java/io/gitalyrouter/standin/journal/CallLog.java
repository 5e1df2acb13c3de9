package io.gitalyrouter.standin.journal;

import io.grpc.Status;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Every call that reached the server, counted in memory and written to a file. *Thread-safe.*
 *
 * <p>The counters are those of this process; the file has those of its predecessors, too.
 */
public final class CallLog {
  private final Journal journal;
  private final InstantSource clock;
  private final AtomicLong lastSeq = new AtomicLong();
  private final Map<String, Tally> tallies = new ConcurrentHashMap<>();

  /** Writes to a journal that the caller closes. */
  public CallLog(Journal journal, InstantSource clock) {
    this.journal = journal;
    this.clock = clock;
  }

  /** Notes that a call has arrived. */
  public Received received(CallIdentity call, String peer) {
    Tally tally = tallies.computeIfAbsent(call.method(), method -> new Tally());
    tally.started.increment();
    Received received = new Received(lastSeq.incrementAndGet(), call, tally);
    Map<String, Object> line = line("start", received);
    line.put("peer", peer);
    journal.append(line);
    return received;
  }

  /** The counts by method, in the order of their names. */
  public Map<String, Counts> counts() {
    Map<String, Counts> counts = new TreeMap<>();
    tallies.forEach((method, tally) -> counts.put(method, tally.counts()));
    return counts;
  }

  private Map<String, Object> line(String event, Received received) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("event", event);
    line.put("pid", ProcessHandle.current().pid());
    line.put("seq", received.seq);
    line.put("method", received.call.method());
    line.put("call_id", received.call.callId());
    line.put("transport", received.call.transport());
    line.put("time", clock.instant());
    return line;
  }

  /**
   * What one method was called for. *Immutable.*
   *
   * @param started calls received
   * @param ended calls answered, by status; a call that the client gave up counts as CANCELLED
   */
  public record Counts(long started, Map<Status.Code, Long> ended) {
    /** Copies the map. */
    public Counts {
      ended = Map.copyOf(ended);
    }
  }

  /** One call that is being served. *Thread-safe.* */
  public final class Received {
    private final long seq;
    private final CallIdentity call;
    private final Tally tally;

    /** Set by whichever comes first: the answer, or the news that the client has gone. */
    private final AtomicBoolean over = new AtomicBoolean();

    private Received(long seq, CallIdentity call, Tally tally) {
      this.seq = seq;
      this.call = call;
      this.tally = tally;
    }

    /** Notes how the call ended; only the first ending counts. */
    public void end(Status.Code status) {
      if (over.compareAndSet(/* expectedValue= */ false, /* newValue= */ true)) {
        tally.ended.computeIfAbsent(status, code -> new LongAdder()).increment();
        Map<String, Object> line = line("end", this);
        line.put("status", status);
        journal.append(line);
      }
    }
  }

  private static final class Tally {
    private final LongAdder started = new LongAdder();
    private final Map<Status.Code, LongAdder> ended = new ConcurrentHashMap<>();

    private Counts counts() {
      Map<Status.Code, Long> byStatus = new TreeMap<>();
      ended.forEach((status, count) -> byStatus.put(status, count.sum()));
      return new Counts(started.sum(), byStatus);
    }
  }
}
