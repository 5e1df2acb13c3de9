package io.gitalyrouter.config.check;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Answers instant queries by the beginning of their text. <em>Thread-safe.</em> */
final class FakePrometheus implements AutoCloseable {
  volatile Map<String, String> answers = Map.of();
  volatile int status = 200;
  private final HttpServer server =
      HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);

  FakePrometheus() throws IOException {
    server.createContext(
        "/api/v1/query",
        exchange -> {
          String query = exchange.getRequestURI().getQuery().substring("query=".length());
          String result =
              answers.entrySet().stream()
                  .filter(e -> query.replace('+', ' ').startsWith(e.getKey()))
                  .map(Map.Entry::getValue)
                  .findFirst()
                  .orElse("");
          byte[] body =
              ("{\"status\":\"success\",\"data\":{\"result\":[" + result + "]}}")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  URI uri() {
    return URI.create("http://me:hush@127.0.0.1:" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
