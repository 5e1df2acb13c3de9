package io.gitalyrouter.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The committed rules and dashboards, and what they ask for. <em>Immutable.</em> */
final class OpsFiles {
  private static final Path OPS =
      Path.of("..", "router-config", "ops").toAbsolutePath().normalize();
  private static final Path RENDERED = OPS.resolve("rendered");
  private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\(([^,]+),.*\\)");
  private static final Pattern NO_METRICS =
      Pattern.compile(
          "\"[^\"]*\"|\\{[^}]*}|\\[[^]]*]"
              + "|\\b(by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
  private static final Pattern NAME =
      Pattern.compile("(?<![\\w.:])[a-zA-Z_:][a-zA-Z0-9_:]*+(?!\\s*\\()");
  private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset");

  private OpsFiles() {}

  /**
   * One query of a panel, or of a dashboard's annotations.
   *
   * @param board the name of the dashboard's file
   * @param panel the panel's title
   * @param kind the panel's type, such as {@code stat}
   * @param expression with Grafana's variables
   */
  record Query(String board, String panel, String kind, String expression) {
    /** What Grafana asks Prometheus when every variable is set to All. */
    String forAll() {
      return expression.replaceAll("\\$(host|storage|method)\\b", ".*");
    }
  }

  /** The rules as they are shipped. */
  static List<Path> rules() {
    return List.of(RENDERED.resolve("rules.yaml"), RENDERED.resolve("alerts.yaml"));
  }

  /** The same rules with other settings, rendered into a directory. */
  static List<Path> rules(Path directory, String settings)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(OPS.resolve("render").toString(), directory.toString(), settings)
            .redirectErrorStream(/* redirectErrorStream= */ true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return List.of(directory.resolve("rules.yaml"), directory.resolve("alerts.yaml"));
  }

  /** Every query of every panel. */
  static List<Query> panelQueries() throws IOException {
    List<Query> queries = new ArrayList<>();
    for (Path file : boards()) {
      for (JsonElement panel : board(file).getAsJsonArray("panels")) {
        JsonObject one = panel.getAsJsonObject();
        for (JsonElement target : one.getAsJsonArray("targets")) {
          queries.add(
              new Query(
                  file.getFileName().toString(),
                  one.get("title").getAsString(),
                  one.get("type").getAsString(),
                  target.getAsJsonObject().get("expr").getAsString()));
        }
      }
    }
    return queries;
  }

  /** The queries of the marks in the graphs. */
  static List<Query> annotationQueries() throws IOException {
    List<Query> queries = new ArrayList<>();
    for (Path file : boards()) {
      for (JsonElement list : board(file).getAsJsonObject("annotations").getAsJsonArray("list")) {
        JsonObject one = list.getAsJsonObject();
        queries.add(
            new Query(
                file.getFileName().toString(),
                one.get("name").getAsString(),
                "annotation",
                one.get("expr").getAsString()));
      }
    }
    return queries;
  }

  /** The metrics that the variables of all dashboards are read from. */
  static Set<String> variableMetrics() throws IOException {
    Set<String> names = new TreeSet<>();
    for (Path file : boards()) {
      for (JsonElement variable :
          board(file).getAsJsonObject("templating").getAsJsonArray("list")) {
        Matcher values =
            LABEL_VALUES.matcher(variable.getAsJsonObject().get("query").getAsString());
        if (values.matches()) {
          names.add(values.group(1));
        }
      }
    }
    return names;
  }

  /** The names of the metrics in an expression. */
  static Set<String> metrics(String expression) {
    Set<String> names = new TreeSet<>();
    Matcher name = NAME.matcher(NO_METRICS.matcher(expression).replaceAll(" "));
    while (name.find()) {
      if (!WORDS.contains(name.group())) {
        names.add(name.group());
      }
    }
    return names;
  }

  private static JsonObject board(Path file) throws IOException {
    return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
  }

  private static List<Path> boards() throws IOException {
    try (Stream<Path> files = Files.list(RENDERED)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }
}
