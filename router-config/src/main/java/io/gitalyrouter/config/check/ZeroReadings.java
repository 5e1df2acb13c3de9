package io.gitalyrouter.config.check;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything that was read at one end of the window. <em>Immutable.</em>
 *
 * @param at when it was read
 * @param processes the worker processes
 * @param servers the servers by the address of their metrics; empty if they were not asked
 */
public record ZeroReadings(
    Instant at, List<HostReading> processes, SortedMap<String, ServerReading> servers) {
  /** Copies the collections. */
  public ZeroReadings {
    processes = List.copyOf(processes);
    servers = Collections.unmodifiableSortedMap(new TreeMap<>(servers));
  }

  /** Without servers. */
  public static ZeroReadings of(Instant at, List<HostReading> processes) {
    return new ZeroReadings(at, processes, new TreeMap<>(Map.of()));
  }
}
