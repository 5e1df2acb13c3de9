package io.gitalyrouter.method;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * What the names of Gitaly's RPCs say. The build derives the resource from {@code
 * src/main/gitaly/methods.tsv}. <em>Immutable.</em>
 */
final class MethodTable {
  private static final String RESOURCE = "policies.tsv";
  private static final MethodRule UNKNOWN =
      new MethodRule(MethodPolicy.ONCE, RepositoryField.NONE, /* asksExistence= */ false);
  private static final Map<String, MethodRule> RULES = load();

  private MethodTable() {}

  /** The rule of a name; that of a method that is not known may run once, and names nothing. */
  static MethodRule rule(String fullMethodName) {
    return RULES.getOrDefault(fullMethodName, UNKNOWN);
  }

  static Map<String, MethodRule> all() {
    return RULES;
  }

  private static Map<String, MethodRule> load() {
    Map<String, MethodRule> rules = new HashMap<>();
    try (InputStream in = MethodTable.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is missing from the jar; rebuild it");
      }
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] cells = line.split("\t", -1);
        rules.put(
            cells[0],
            new MethodRule(
                MethodPolicy.valueOf(cells[1]),
                RepositoryField.parse(cells[2]),
                cells[3].equals("denies")));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + RESOURCE, e);
    }
    return Map.copyOf(rules);
  }
}
