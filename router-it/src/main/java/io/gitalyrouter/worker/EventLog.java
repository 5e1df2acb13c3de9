package io.gitalyrouter.worker;

import com.google.gson.JsonObject;
import io.gitalyrouter.event.RouterEvent;
import io.gitalyrouter.event.RouterListener;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Writes what the router reports into a journal, in UTC, and counts the calls that it moved.
 * <em>Thread-safe.</em>
 */
final class EventLog implements RouterListener {
  private final Journal journal;
  private final CallIds callIds;
  private final Map<String, LongAdder> movedByPhase = new ConcurrentHashMap<>();

  EventLog(Journal journal, CallIds callIds) {
    this.journal = journal;
    this.callIds = callIds;
  }

  @Override
  public void onEvent(RouterEvent event) {
    JsonObject line = new JsonObject();
    line.addProperty("utc", Instant.now().toString());
    line.addProperty("host", callIds.host());
    line.addProperty("phase", callIds.phase());
    line.addProperty("type", event.getClass().getSimpleName());
    line.addProperty("text", text(event));
    if (event instanceof RouterEvent.CallMoved) {
      movedByPhase.computeIfAbsent(callIds.phase(), phase -> new LongAdder()).increment();
    }
    journal.append(line);
  }

  /** Calls moved to the local side so far, by the phase in which they moved. */
  Map<String, Long> moved() {
    Map<String, Long> moved = new TreeMap<>();
    movedByPhase.forEach((phase, count) -> moved.put(phase, count.sum()));
    return moved;
  }

  private static String text(RouterEvent event) {
    if (event instanceof RouterEvent.TableApplied e) {
      return "table " + e.generation() + " from " + e.origin();
    } else if (event instanceof RouterEvent.ForcedLocal e) {
      return e.reason().map(why -> "forced local: " + why).orElse("no longer forced local");
    } else if (event instanceof RouterEvent.EndpointChanged e) {
      return e.address() + " " + e.from() + " -> " + e.to() + " (" + e.why() + ")";
    } else if (event instanceof RouterEvent.BreakerChanged e) {
      return "breaker of " + e.storage() + " " + e.from() + " -> " + e.to();
    } else if (event instanceof RouterEvent.CallMoved e) {
      return e.method() + " moved to local: " + e.code() + " (" + e.why() + ")";
    }
    // A newer router may report what this worker does not know; the record's own text will do.
    return event.toString();
  }
}
