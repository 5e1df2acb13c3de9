package io.gitalyrouter.prometheus;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.gitalyrouter.standin.StandInProcess;
import io.gitalyrouter.standin.proto.MethodCount;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * What the exporters of an NFS host tell: its Gitaly, which is the stand-in and has no page of its
 * own, and its machine, which is this one. The numbers are real, the names are those of Gitaly and
 * of the node exporter. <em>Thread-safe.</em>
 */
final class ServersPage implements AutoCloseable {
  static final String GITALY = "/gitaly";
  static final String NODE = "/node";

  private final HttpServer server;
  private final ExecutorService thread = Executors.newSingleThreadExecutor();

  private ServersPage(HttpServer server) {
    this.server = server;
  }

  /** Opens both pages on any port of the loopback interface. */
  static ServersPage open(Supplier<StandInProcess> gitaly) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ServersPage page = new ServersPage(server);
    server.setExecutor(page.thread);
    server.createContext(GITALY, exchange -> answer(exchange, gitaly(gitaly.get())));
    server.createContext(NODE, exchange -> answer(exchange, node()));
    server.start();
    return page;
  }

  /** Where it is, as Prometheus writes a target. */
  String target() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private static String gitaly(StandInProcess gitaly) {
    StringBuilder page = new StringBuilder();
    for (MethodCount count : gitaly.control().counters().getMethodsList()) {
      int slash = count.getMethod().indexOf('/');
      page.append("grpc_server_started_total{grpc_service=\"")
          .append(count.getMethod(), 0, slash)
          .append("\",grpc_method=\"")
          .append(count.getMethod().substring(slash + 1))
          .append("\"} ")
          .append(count.getStarted())
          .append('\n');
    }
    double cpuSeconds =
        ProcessHandle.of(gitaly.pid())
                .flatMap(process -> process.info().totalCpuDuration())
                .orElse(Duration.ZERO)
                .toMillis()
            / 1e3;
    return page.append("process_cpu_seconds_total ").append(cpuSeconds).append('\n').toString();
  }

  private static String node() throws IOException {
    StringBuilder page = new StringBuilder();
    for (String line : Files.readAllLines(Path.of("/proc/stat"))) {
      List<String> fields = List.of(line.split("\\s+"));
      if (fields.get(0).matches("cpu[0-9]+")) {
        page.append("node_cpu_seconds_total{mode=\"idle\",cpu=\"")
            .append(fields.get(0).substring("cpu".length()))
            .append("\"} ")
            .append(Long.parseLong(fields.get(4)) / 100.0)
            .append('\n');
      }
    }
    for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
      List<String> fields = List.of(line.split("[:\\s]+"));
      if (fields.get(0).matches("MemTotal|MemAvailable")) {
        page.append("node_memory_")
            .append(fields.get(0))
            .append("_bytes ")
            .append(Long.parseLong(fields.get(1)) * 1024)
            .append('\n');
      }
    }
    return page.toString();
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
