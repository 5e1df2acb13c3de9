package io.gitalyrouter.worker;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Serves the meters to Prometheus, on the loopback interface only. <em>Thread-safe.</em> */
final class MetricsPage implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService thread;

  private MetricsPage(HttpServer server, ExecutorService thread) {
    this.server = server;
    this.thread = thread;
  }

  /** Serves {@code /metrics} on a port; 0 takes any. A scrape touches no endpoint. */
  static MetricsPage open(int port, PrometheusMeterRegistry registry) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    ExecutorService thread = Executors.newSingleThreadExecutor(NamedThreads.of("metrics"));
    server.setExecutor(thread);
    server.createContext("/metrics", exchange -> answer(exchange, registry.scrape()));
    server.start();
    return new MetricsPage(server, thread);
  }

  int port() {
    return server.getAddress().getPort();
  }

  private static void answer(HttpExchange exchange, String page) throws IOException {
    byte[] body = page.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    thread.shutdownNow();
  }
}
