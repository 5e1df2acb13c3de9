package io.gitalyrouter.prometheus;

import static org.awaitility.Awaitility.await;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A real Prometheus on loopback that scrapes and evaluates twice a second, and what it can be
 * asked. {@link #close} ends the process. <em>Not thread-safe; confined to the test that starts
 * it.</em>
 */
final class PrometheusServer implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration STOP = Duration.ofSeconds(10);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI base;
  private final Process process;

  /**
   * One series' value at one moment.
   *
   * @param labels its labels, the name included
   * @param value may be no number
   */
  record Sample(Map<String, String> labels, double value) {
    String label(String name) {
      return labels.getOrDefault(name, "");
    }
  }

  private PrometheusServer(URI base, Process process) {
    this.base = base;
    this.process = process;
  }

  /**
   * Starts one and waits until it has scraped all targets.
   *
   * @param directory its own, empty
   * @param rules the files of its rules
   * @param jobs the targets of each job: a file that Prometheus follows
   * @param targets how many there are in all
   */
  static PrometheusServer start(
      Path directory, List<Path> rules, Map<String, Path> jobs, int targets) throws IOException {
    Path config = directory.resolve("prometheus.yml");
    Files.writeString(config, configuration(rules, jobs));
    int port = freePort();
    Process process =
        new ProcessBuilder(
                "prometheus",
                "--config.file=" + config,
                "--storage.tsdb.path=" + directory.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(/* redirectErrorStream= */ true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    PrometheusServer server = new PrometheusServer(URI.create("http://127.0.0.1:" + port), process);
    try {
      server.awaitReady();
      // It takes up targets some seconds after it is ready.
      await().atMost(START).until(() -> server.query("up == 1").size() == targets);
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
    return server;
  }

  private static String configuration(List<Path> rules, Map<String, Path> jobs) {
    StringBuilder text =
        new StringBuilder(
            """
            global: { scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 500ms }
            rule_files:
            """);
    rules.forEach(file -> text.append("  - ").append(file).append('\n'));
    text.append("scrape_configs:\n");
    jobs.forEach(
        (job, targets) ->
            text.append("  - job_name: ")
                .append(job)
                .append("\n    file_sd_configs: [{ files: [")
                .append(targets)
                .append("] }]\n"));
    return text.toString();
  }

  private void awaitReady() {
    await()
        .atMost(START)
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptionsInstanceOf(UncheckedIOException.class)
        .until(() -> get("/-/ready").statusCode() == 200);
  }

  /**
   * Evaluates an expression now.
   *
   * @throws IllegalArgumentException with Prometheus's words, if it is none
   */
  List<Sample> query(String expression) {
    HttpResponse<String> answer =
        get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
    if (answer.statusCode() != 200) {
      throw new IllegalArgumentException(expression + ": " + answer.body());
    }
    List<Sample> samples = new ArrayList<>();
    for (JsonElement element : data(answer).getAsJsonArray("result")) {
      JsonObject result = element.getAsJsonObject();
      Map<String, String> labels = new TreeMap<>();
      result
          .getAsJsonObject("metric")
          .entrySet()
          .forEach(label -> labels.put(label.getKey(), label.getValue().getAsString()));
      samples.add(new Sample(labels, number(result.getAsJsonArray("value").get(1).getAsString())));
    }
    return samples;
  }

  /** The expressions of all loaded rules, by the name of the alert or of the recorded metric. */
  Map<String, List<String>> rules() {
    Map<String, List<String>> expressions = new TreeMap<>();
    for (JsonElement group : data(get("/api/v1/rules")).getAsJsonArray("groups")) {
      JsonArray rules = group.getAsJsonObject().getAsJsonArray("rules");
      for (JsonElement rule : rules) {
        JsonObject one = rule.getAsJsonObject();
        expressions
            .computeIfAbsent(one.get("name").getAsString(), name -> new ArrayList<>())
            .add(one.get("query").getAsString());
      }
    }
    return expressions;
  }

  private static double number(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  private static JsonObject data(HttpResponse<String> answer) {
    return JsonParser.parseString(answer.body()).getAsJsonObject().getAsJsonObject("data");
  }

  private HttpResponse<String> get(String path) {
    try {
      return client.send(
          HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofSeconds(20)).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    await().atMost(STOP).until(() -> !process.isAlive());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
