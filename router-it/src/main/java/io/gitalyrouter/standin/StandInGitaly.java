package io.gitalyrouter.standin;

import io.gitalyrouter.page.MetricsPage;
import io.gitalyrouter.standin.journal.FlatJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The command line of the stand-in: serves until the process is told to end. *Not thread-safe;
 * confined to the main thread.*
 */
@Command(
    name = "standin-gitaly",
    description = "A small Gitaly on JGit, for tests and experiments. Serves no network.",
    mixinStandardHelpOptions = true)
public final class StandInGitaly implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--storage",
      required = true,
      paramLabel = "NAME=DIR",
      description = "A storage and its directory.")
  private Map<String, Path> storages = Map.of();

  @Option(
      names = "--listen",
      required = true,
      paramLabel = "ADDRESS",
      description = "unix:/abs/path, tcp://127.0.0.1:PORT or tls://127.0.0.1:PORT; port 0 is any.")
  private List<String> listen = List.of();

  @Option(names = "--tls-cert", description = "PEM certificate chain.")
  private @Nullable Path certificate;

  @Option(names = "--tls-key", description = "PEM key, PKCS #8.")
  private @Nullable Path key;

  @Option(
      names = "--tls-client-ca",
      description = "PEM certificates; only clients that one of them signed are let in.")
  private @Nullable Path clientCa;

  @Option(names = "--token-file", description = "The shared secret. Without it all calls pass.")
  private @Nullable Path tokenFile;

  @Option(names = "--health-needs-token", description = "Health checks need the token, too.")
  private boolean healthNeedsToken;

  @Option(names = "--control-socket", description = "Where the control service listens.")
  private @Nullable Path controlSocket;

  @Option(names = "--ledger", required = true, description = "File of executed mutations.")
  private Path ledger = Path.of("");

  @Option(names = "--calls", required = true, description = "File of received calls.")
  private Path calls = Path.of("");

  @Option(
      names = "--server-version",
      defaultValue = "18.9.0",
      description = "What ServerInfo says; default ${DEFAULT-VALUE}.")
  private String serverVersion = "";

  @Option(names = "--ready-file", description = "Written when the sockets are open.")
  private @Nullable Path readyFile;

  @Option(
      names = "--metrics-port",
      description = "Serves /metrics on this loopback port; 0 takes any. Off by default.")
  private @Nullable Integer metricsPort;

  @Option(
      names = "--grace-seconds",
      defaultValue = "10",
      description = "How long running calls may take at the end; default ${DEFAULT-VALUE}.")
  private int graceSeconds;

  @Option(
      names = "--min-keepalive-seconds",
      defaultValue = "10",
      description = "Clients that ping more often are thrown out; default ${DEFAULT-VALUE}.")
  private int minKeepAliveSeconds;

  @Option(
      names = "--clock-offset-seconds",
      defaultValue = "0",
      description = "How far its clock is ahead; negative if it is behind.")
  private long clockOffsetSeconds;

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new StandInGitaly()).execute(args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    InstantSource clock =
        InstantSource.offset(InstantSource.system(), Duration.ofSeconds(clockOffsetSeconds));
    StandInServer server = StandInServer.start(settings(), clock);
    Optional<MetricsPage> metrics =
        metricsPort == null
            ? Optional.empty()
            : Optional.of(MetricsPage.open(metricsPort, server::metrics));
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  metrics.ifPresent(MetricsPage::close);
                  server.stop();
                  stopped.countDown();
                },
                "standin-stop"));
    String ready = ready(server, metrics);
    if (readyFile != null) {
      write(readyFile, ready);
    }
    spec.commandLine().getOut().println("ready " + ready);
    spec.commandLine().getOut().flush();
    stopped.await();
    return 0;
  }

  private StandInSettings settings() {
    return new StandInSettings(
        storages,
        listen.stream().map(ListenAddress::parse).toList(),
        Optional.ofNullable(certificate),
        Optional.ofNullable(key),
        Optional.ofNullable(clientCa),
        Optional.ofNullable(tokenFile),
        healthNeedsToken,
        Optional.ofNullable(controlSocket),
        ledger,
        calls,
        serverVersion,
        Duration.ofSeconds(graceSeconds),
        Duration.ofSeconds(minKeepAliveSeconds));
  }

  private static String ready(StandInServer server, Optional<MetricsPage> metrics) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("pid", ProcessHandle.current().pid());
    int number = 0;
    for (ListenAddress address : server.addresses()) {
      fields.put("listen." + number++, address);
    }
    metrics.ifPresent(page -> fields.put("metrics_port", page.port()));
    return FlatJson.write(fields);
  }

  private static void write(Path file, String text) throws IOException {
    // A reader sees the file completely or not at all.
    Path draft = file.resolveSibling(file.getFileName() + ".tmp");
    Files.writeString(draft, text);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
