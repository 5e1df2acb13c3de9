package io.gitalyrouter.standin.journal;

import io.grpc.Status;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Says which mutations were carried out, and for which call: the place where "executed twice"
 * shows. *Thread-safe.*
 *
 * <p>A line is written before a mutation is applied and another when it is known how that went. A
 * mutation that fails its own check (a branch that exists) has two lines as well: it was tried.
 */
public final class Ledger {
  private final Journal journal;
  private final InstantSource clock;
  private final AtomicLong started = new AtomicLong();
  private final AtomicLong ended = new AtomicLong();

  /** Writes to a journal that the caller closes. */
  public Ledger(Journal journal, InstantSource clock) {
    this.journal = journal;
    this.clock = clock;
  }

  /**
   * Notes that a mutation is about to be applied. Returns once the line cannot be lost by a kill.
   *
   * @param detail what it is applied to, for people
   */
  public Execution begin(CallIdentity call, String detail) {
    Execution execution = new Execution(started.incrementAndGet(), call);
    Map<String, Object> line = line("start", execution);
    line.put("method", call.method());
    line.put("transport", call.transport());
    line.put("detail", detail);
    journal.append(line);
    return execution;
  }

  /** Executions begun since the process started. */
  public long started() {
    return started.get();
  }

  /** Executions ended since the process started, well or badly. */
  public long ended() {
    return ended.get();
  }

  private Map<String, Object> line(String event, Execution execution) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("event", event);
    line.put("pid", ProcessHandle.current().pid());
    line.put("seq", execution.seq);
    line.put("call_id", execution.call.callId());
    line.put("time", clock.instant());
    return line;
  }

  /**
   * One mutation under way. *Not thread-safe; confined to the thread that carries it out.*
   *
   * <p>Ending it twice writes two lines; the reader keeps the last.
   */
  public final class Execution {
    private final long seq;
    private final CallIdentity call;

    private Execution(long seq, CallIdentity call) {
      this.seq = seq;
      this.call = call;
    }

    /** Notes how the mutation went, before the client is told. */
    public void end(Status.Code status) {
      ended.incrementAndGet();
      Map<String, Object> line = line("end", this);
      line.put("status", status);
      journal.append(line);
    }
  }
}
