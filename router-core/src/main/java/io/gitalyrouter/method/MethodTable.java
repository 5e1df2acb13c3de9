package io.gitalyrouter.method;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The policies of the RPCs that {@code methods.tsv} lists. <em>Immutable.</em> */
final class MethodTable {
  private static final String RESOURCE = "methods.tsv";
  private static final Map<String, MethodPolicy> POLICIES = load();

  private MethodTable() {}

  static MethodPolicy policy(String fullMethodName) {
    return POLICIES.getOrDefault(fullMethodName, MethodPolicy.ONCE);
  }

  static Map<String, MethodPolicy> all() {
    return POLICIES;
  }

  private static Map<String, MethodPolicy> load() {
    Map<String, MethodPolicy> policies = new HashMap<>();
    try (InputStream in = MethodTable.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is missing from the jar; rebuild it");
      }
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#")) {
          add(policies, line);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + RESOURCE, e);
    }
    return Map.copyOf(policies);
  }

  private static void add(Map<String, MethodPolicy> policies, String line) {
    String[] cells = line.split("\t", -1);
    if (cells.length != 5) {
      throw new IllegalStateException(RESOURCE + ": not five cells: " + line);
    }
    policies.put("gitaly." + cells[0], policy(cells[1], cells[2], cells[4]));
  }

  private static MethodPolicy policy(String older, String newer, String limit) {
    return switch (limit) {
      case "sidechannel" -> MethodPolicy.SIDECHANNEL;
      case "hook", "internal" -> MethodPolicy.PINNED;
      case "effect" -> MethodPolicy.ONCE;
      case "-" -> readsIn(older) && readsIn(newer) ? MethodPolicy.REPLAYABLE : MethodPolicy.ONCE;
      default -> throw new IllegalStateException(RESOURCE + ": unknown limit: " + limit);
    };
  }

  /** A version that does not have the method ("-") does not disagree. */
  private static boolean readsIn(String opType) {
    return opType.equals("accessor") || opType.equals("-");
  }
}
