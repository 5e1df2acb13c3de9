package io.gitalyrouter.config.check;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Asks a Prometheus for values of this moment. <em>Thread-safe.</em> */
final class Prometheus {
  private final URI base;
  private final Duration timeout;
  private final HttpClient client;

  Prometheus(URI base, Duration timeout) {
    this.base = base;
    this.timeout = timeout;
    this.client = HttpClient.newBuilder().connectTimeout(timeout).build();
  }

  /**
   * One value.
   *
   * @param labels its labels by name
   * @param value the value; not a number if there is none
   */
  record Point(Map<String, String> labels, double value) {
    /** Copies the map. */
    Point {
      labels = Map.copyOf(labels);
    }

    /**
     * Whether one of the labels that name hosts names this one, with or without domain and port.
     */
    boolean isOf(String host) {
      return List.of("fqdn", "host", "hostname", "nodename", "instance").stream()
          .map(label -> labels.getOrDefault(label, ""))
          .anyMatch(v -> v.equals(host) || v.startsWith(host + ".") || v.startsWith(host + ":"));
    }
  }

  /** Where it is, without a user or a password. */
  String place() {
    return base.getHost() + (base.getPort() < 0 ? "" : ":" + base.getPort());
  }

  /**
   * The values of an expression. Blocks, not longer than the timeout for each of connecting and
   * answering.
   *
   * @throws IOException if there is no answer, or it is no vector
   */
  List<Point> query(String expression) throws IOException {
    String path = base.getRawPath() == null ? "" : base.getRawPath().replaceAll("/$", "");
    String query = "query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create(base.getScheme() + "://" + place() + path + "/api/v1/query?" + query))
            .timeout(timeout);
    if (base.getUserInfo() != null) {
      byte[] user = base.getUserInfo().getBytes(StandardCharsets.UTF_8);
      request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(user));
    }
    try {
      HttpResponse<String> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IOException("Prometheus at " + place() + " answered " + answer.statusCode());
      }
      return points(JsonParser.parseString(answer.body()).getAsJsonObject());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (JsonParseException | IllegalStateException | NullPointerException e) {
      throw new IOException("no Prometheus at " + place() + ": its answer is not one", e);
    } catch (IOException e) {
      throw new IOException("Prometheus at " + place() + ": " + e, e);
    }
  }

  private static List<Point> points(JsonObject answer) {
    JsonArray result = answer.getAsJsonObject("data").getAsJsonArray("result");
    List<Point> points = new ArrayList<>();
    for (JsonElement element : result) {
      Map<String, String> labels = new TreeMap<>();
      element
          .getAsJsonObject()
          .getAsJsonObject("metric")
          .entrySet()
          .forEach(e -> labels.put(e.getKey(), e.getValue().getAsString()));
      String value = element.getAsJsonObject().getAsJsonArray("value").get(1).getAsString();
      points.add(new Point(labels, number(value)));
    }
    return points;
  }

  /** Prometheus writes infinities in its own way. */
  private static double number(String value) {
    return switch (value) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(value);
    };
  }
}
