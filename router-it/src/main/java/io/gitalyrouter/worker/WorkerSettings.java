package io.gitalyrouter.worker;

import io.gitalyrouter.config.admin.Bootstrap;
import io.gitalyrouter.config.etcd.EtcdSettings;
import io.gitalyrouter.timing.TimingSettings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/**
 * The worker's command line. <em>Not thread-safe; confined to the main thread, which fills it
 * before anybody reads it.</em>
 */
final class WorkerSettings {
  @ArgGroup(multiplicity = "1")
  private Document document = new Document();

  @Option(names = "--host", required = true, description = "This host's name in the document.")
  private String host = "";

  @Option(names = "--storage", required = true, description = "The Gitaly storage to serve.")
  private String storage = "";

  @Option(
      names = "--git-listen",
      defaultValue = "127.0.0.1:0",
      description = "Where git:// is served; a loopback address. Port 0 takes any.")
  private String gitListen = "";

  @Option(names = "--control-socket", required = true, description = "Where control is served.")
  private Path controlSocket = Path.of("");

  @Option(
      names = "--ready-file",
      required = true,
      description = "Written when everything is served, with the ports.")
  private Path readyFile = Path.of("");

  @Option(
      names = "--journal-directory",
      required = true,
      description = "Where the records of calls and router events are written.")
  private Path journalDirectory = Path.of("");

  @Option(
      names = "--admin-directory",
      description = "Opens the router's admin socket in this directory. Off by default.")
  private @Nullable Path adminDirectory;

  @Option(
      names = "--metrics-port",
      description = "Serves /metrics on this loopback port; 0 takes any. Off by default.")
  private @Nullable Integer metricsPort;

  @Option(
      names = "--timing-directory",
      description = "Writes the router's timing log there, in slots of 1 s. Off by default.")
  private @Nullable Path timingDirectory;

  @Option(
      names = "--sabotage-double-write",
      hidden = true,
      description = "Sends some mutations twice, the second time straight to this unix socket.")
  private @Nullable Path doubleWriteSocket;

  /** Where the document is. */
  Bootstrap document() {
    return document.bootstrap();
  }

  String host() {
    return host;
  }

  String storage() {
    return storage;
  }

  Path controlSocket() {
    return controlSocket;
  }

  Path readyFile() {
    return readyFile;
  }

  Path journalDirectory() {
    return journalDirectory;
  }

  Optional<Path> adminDirectory() {
    return Optional.ofNullable(adminDirectory);
  }

  Optional<TimingSettings> timing() {
    return Optional.ofNullable(timingDirectory)
        .map(directory -> TimingSettings.of(directory, host).withSlot(Duration.ofSeconds(1)));
  }

  OptionalInt metricsPort() {
    return metricsPort == null ? OptionalInt.empty() : OptionalInt.of(metricsPort);
  }

  Optional<Path> doubleWriteSocket() {
    return Optional.ofNullable(doubleWriteSocket);
  }

  /** The address for git clients. */
  InetSocketAddress gitAddress() {
    int colon = gitListen.lastIndexOf(':');
    if (colon < 1 || !gitListen.substring(colon + 1).matches("[0-9]{1,5}")) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "--git-listen: %s (expected: host:port)", gitListen));
    }
    return new InetSocketAddress(
        gitListen.substring(0, colon), Integer.parseInt(gitListen.substring(colon + 1)));
  }

  /** One of two places. <em>Not thread-safe; confined as the settings are.</em> */
  private static final class Document {
    @Option(names = "--config", description = "The router's YAML document.")
    private Path config = Path.of("");

    @Option(
        names = "--etcd",
        description = "The members of etcd that hold the document; the process reports there too.")
    private @Nullable String etcd;

    Bootstrap bootstrap() {
      return etcd == null ? Bootstrap.file(config) : Bootstrap.etcd(EtcdSettings.of(etcd));
    }
  }
}
