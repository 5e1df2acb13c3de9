package io.gitalyrouter.worker;

import com.google.gson.JsonObject;
import io.gitalyrouter.GitalyRouter;
import io.gitalyrouter.config.ConfiguredRouter;
import io.gitalyrouter.config.admin.AdminSocket;
import io.gitalyrouter.config.admin.Bootstrap;
import io.gitalyrouter.it.proto.RepositoryServiceGrpc;
import io.gitalyrouter.page.MetricsPage;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Server;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * The worker's process: serves git through the router until it is told to stop. <em>Not
 * thread-safe; confined to the main thread, except for the shutdown hook, which only counts down
 * and joins.</em>
 */
@Command(name = "worker", description = "Serves git:// through the router.")
final class WorkerMain implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(WorkerMain.class);

  /** How long a correlation id has no calls before its calls are counted. */
  private static final Duration QUIET_ID = Duration.ofSeconds(5);

  @Mixin private final WorkerSettings settings = new WorkerSettings();

  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);

  private WorkerMain() {}

  /** Runs until SIGTERM or SIGINT; both end it in order. */
  public static void main(String[] args) {
    System.exit(
        new CommandLine(new WorkerMain())
            .setExecutionExceptionHandler(
                (e, commandLine, parsed) -> {
                  commandLine.getErr().println("worker: " + e.getMessage());
                  return 1;
                })
            .execute(args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stopInOrder, "stop"));
    try {
      serve();
    } finally {
      stopped.countDown();
    }
    return 0;
  }

  private void stopInOrder() {
    stop.countDown();
    try {
      // The JVM ends when its hooks return, so this one waits for the journals.
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve() throws IOException, InterruptedException {
    CallIds callIds = new CallIds(settings.host());
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    try (Closing closing = new Closing()) {
      closing.add(registry::close);
      UnixSockets sockets = closing.add(UnixSockets.open("control"));
      Journal callJournal = closing.add(journal("calls.jsonl"));
      EventLog events = new EventLog(closing.add(journal("events.jsonl")), callIds);
      ConfiguredRouter configured =
          closing.add(
              bootstrap(registry)
                  .open(
                      settings.host(),
                      timed(
                          GitalyRouter.builder()
                              .meterRegistry(registry)
                              .listener(events)
                              .callsPerCorrelationId(QUIET_ID))));
      GitalyRouter router = configured.router();
      Channel channel = router.channel(settings.storage());
      CallStats stats = new CallStats();
      ControlService control =
          new ControlService(
              router,
              settings.storage(),
              sabotaged(channel, sockets, closing),
              callIds,
              new ControlService.Recording(new CallLog(callJournal, stats), stats, events));
      GitFront front =
          closing.add(GitFront.open(settings.gitAddress(), channel, settings.storage(), callIds));
      Server server = sockets.serve(settings.controlSocket(), control);
      closing.add(() -> server.shutdownNow());
      Optional<MetricsPage> metrics = metrics(registry, closing);
      writeReadyFile(front.port(), metrics.map(MetricsPage::port).orElse(0));
      log.info("host={} storage={} git_port={}", settings.host(), settings.storage(), front.port());
      stop.await();
      control.stop();
    }
  }

  private GitalyRouter.Builder timed(GitalyRouter.Builder builder) {
    return settings.timing().map(builder::timing).orElse(builder);
  }

  private Bootstrap bootstrap(PrometheusMeterRegistry registry) {
    Bootstrap document = settings.document();
    return settings
        .adminDirectory()
        .map(directory -> AdminSocket.in(directory).withMetrics(registry::scrape))
        .map(document::with)
        .orElse(document);
  }

  private Journal journal(String name) throws IOException {
    return Journal.open(settings.journalDirectory().resolve(name));
  }

  private Optional<MetricsPage> metrics(PrometheusMeterRegistry registry, Closing closing)
      throws IOException {
    return settings.metricsPort().isEmpty()
        ? Optional.empty()
        : Optional.of(
            closing.add(
                MetricsPage.open(settings.metricsPort().getAsInt(), () -> registry.scrape())));
  }

  private Channel sabotaged(Channel channel, UnixSockets sockets, Closing closing) {
    Optional<Path> socket = settings.doubleWriteSocket();
    if (socket.isEmpty()) {
      return channel;
    }
    log.warn("sabotage: some WriteRef calls are sent twice");
    var direct = sockets.connect(socket.get());
    closing.add(() -> direct.shutdownNow());
    return ClientInterceptors.intercept(
        channel,
        new DoubleWrites(direct, RepositoryServiceGrpc.getWriteRefMethod().getFullMethodName()));
  }

  private void writeReadyFile(int gitPort, int metricsPort) throws IOException {
    JsonObject json = new JsonObject();
    json.addProperty("pid", ProcessHandle.current().pid());
    json.addProperty("git_port", gitPort);
    json.addProperty("metrics_port", metricsPort);
    Path file = settings.readyFile();
    Path whole = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(whole, json + "\n");
    Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Closes in the reverse order of adding. <em>Not thread-safe; confined to the main thread.</em>
   */
  private static final class Closing implements AutoCloseable {
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    <T extends AutoCloseable> T add(T resource) {
      open.push(resource);
      return resource;
    }

    @Override
    public void close() {
      while (!open.isEmpty()) {
        try {
          open.pop().close();
        } catch (Exception e) {
          log.warn("close failed: {}", e.toString());
        }
      }
    }
  }
}
