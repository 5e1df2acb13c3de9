package io.gitalyrouter.config.check;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a Gitaly server's own counters of calls from its metrics page. Health checks and ServerInfo
 * are left out: routers and operators ask them at any time. <em>Thread-safe.</em>
 */
public final class ServerMetrics {
  private static final Pattern COUNTER =
      Pattern.compile("(grpc_server_(?:started|handled)_total)\\{([^}]*)}\\s+(\\S+).*");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");
  private static final Pattern START = Pattern.compile("process_start_time_seconds\\s+(\\S+).*");
  private static final List<String> NOT_TRAFFIC =
      List.of("grpc.health.v1.Health/", "gitaly.ServerService/ServerInfo");

  private final HttpClient client;
  private final Duration timeout;

  /**
   * A reader.
   *
   * @param timeout for each of connecting and answering; above 0
   */
  public ServerMetrics(Duration timeout) {
    this.timeout = timeout;
    this.client = HttpClient.newBuilder().connectTimeout(timeout).build();
  }

  /** Reads one page. Blocks. What cannot be read is told in the reading. */
  public ServerReading read(URI page) {
    try {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(page).timeout(timeout).build(),
              HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() == 200
          ? parse(answer.body())
          : ServerReading.unknown("its metrics page answered " + answer.statusCode());
    } catch (IOException | IllegalArgumentException e) {
      return ServerReading.unknown("its metrics page cannot be read: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ServerReading.unknown("interrupted");
    }
  }

  static ServerReading parse(String page) {
    Map<String, Double> calls = new HashMap<>();
    Optional<String> start = Optional.empty();
    boolean counts = false;
    for (String line : page.lines().toList()) {
      Matcher counter = COUNTER.matcher(line);
      Matcher started = START.matcher(line);
      if (counter.matches()) {
        counts = true;
        count(counter, calls);
      } else if (started.matches()) {
        start = Optional.of(started.group(1));
      }
    }
    return counts
        ? new ServerReading(calls, start, Optional.empty())
        : ServerReading.unknown("its metrics page has no grpc_server_started_total");
  }

  private static void count(Matcher counter, Map<String, Double> calls) {
    Map<String, String> labels = new HashMap<>();
    Matcher label = LABEL.matcher(counter.group(2));
    while (label.find()) {
      labels.put(label.group(1), label.group(2));
    }
    String method =
        labels.getOrDefault("grpc_service", "?") + "/" + labels.getOrDefault("grpc_method", "?");
    if (NOT_TRAFFIC.stream().noneMatch(method::startsWith)) {
      calls.merge(
          counter.group(1) + " " + method, Double.parseDouble(counter.group(3)), Double::sum);
    }
  }
}
