package io.gitalyrouter.docker;

import static java.util.Objects.requireNonNull;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PropagationMode;
import com.github.dockerjava.api.model.SELContext;
import com.github.dockerjava.api.model.Volume;
import io.gitalyrouter.history.RouterWatch;
import io.gitalyrouter.history.Traffic;
import io.gitalyrouter.standin.StandInControl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.startupcheck.IsRunningStartupCheckStrategy;
import org.testcontainers.utility.DockerImageName;

/**
 * One server in a container, and what can be done to it from outside. Its sockets, its books and
 * its settings lie in a directory that this process shares. <em>Not thread-safe; confined to the
 * test.</em>
 */
final class GitalyContainer implements AutoCloseable {
  private static final Duration START_PATIENCE = Duration.ofSeconds(60);
  private static final int STOP_SECONDS = 20;

  private final GitalyImage image;
  private final Place place;
  private final GenericContainer<?> container;
  private ServerOptions options;
  private @Nullable StandInControl control;

  /**
   * Where a container is.
   *
   * @param home its own directory, at the same path inside and outside
   * @param binds further directories, outside by inside
   * @param networkId the network; empty for none
   * @param ip its address there; empty for none
   */
  record Place(Path home, Map<Path, View> binds, String networkId, String ip) {}

  /**
   * How a directory is seen from inside.
   *
   * @param path where it is seen
   * @param mounts whether what is mounted and unmounted below it outside is followed inside
   */
  record View(String path, PropagationMode mounts) {
    /** What is mounted below it stays as it is. */
    static View fixed(String path) {
      return new View(path, PropagationMode.DEFAULT_MODE);
    }

    /** Mounts below it come and go as outside. */
    static View following(String path) {
      return new View(path, PropagationMode.SLAVE);
    }
  }

  private GitalyContainer(GitalyImage image, Place place, ServerOptions options) {
    this.image = image;
    this.place = place;
    this.options = options;
    this.container = new GenericContainer<>(DockerImageName.parse(image.name()));
  }

  /** Starts a server and waits until it serves. */
  static GitalyContainer start(GitalyImage image, Place place, ServerOptions options)
      throws IOException {
    GitalyContainer gitaly = new GitalyContainer(image, place, options);
    Files.createDirectories(place.home());
    gitaly.writeOptions();
    gitaly.configure();
    gitaly.container.start();
    gitaly.awaitReady();
    return gitaly;
  }

  private void configure() throws IOException {
    List<Bind> binds = new ArrayList<>();
    binds.add(bind(place.home(), place.home().toString(), PropagationMode.DEFAULT_MODE));
    place.binds().forEach((outside, view) -> binds.add(bind(outside, view.path(), view.mounts())));
    if (image.isStandIn()) {
      container.withCommand("@" + place.home().resolve("options"));
    } else {
      binds.add(
          bind(
              place.home().resolve("config.toml"),
              "/etc/gitaly/config.toml",
              PropagationMode.DEFAULT_MODE));
    }
    container
        .withLabels(Engine.label())
        .withTmpFs(Map.of("/tmp", "rw,exec,mode=1777"))
        .withStartupCheckStrategy(new IsRunningStartupCheckStrategy())
        .waitingFor(new NoWait())
        .withCreateContainerCmdModifier(
            create -> {
              HostConfig host =
                  requireNonNull(create.getHostConfig(), "the container's host settings");
              host.withBinds(binds);
              if (image.isStandIn()) {
                // A number of its own for each start: its books tell its runs by it.
                host.withPidMode("host");
              }
              host.withNetworkMode(place.networkId().isEmpty() ? "none" : place.networkId());
              create.withUser(Engine.user(place.home()));
              if (!place.ip().isEmpty()) {
                create.withIpv4Address(place.ip());
              }
            });
  }

  private static Bind bind(Path outside, String inside, PropagationMode mounts) {
    return new Bind(
        outside.toString(), new Volume(inside), AccessMode.rw, SELContext.none, null, mounts);
  }

  private void writeOptions() throws IOException {
    Path home = place.home();
    Files.deleteIfExists(home.resolve("ready.json"));
    Files.deleteIfExists(home.resolve("gitaly.socket"));
    if (image.isStandIn()) {
      Files.writeString(home.resolve("options"), options.asArguments(Traffic.STORAGE, home));
    } else {
      String secret =
          options.tokenFile().isEmpty() ? "" : Files.readString(options.tokenFile().get()).strip();
      String more = System.getProperty(GitalyImage.SETTINGS, "");
      Files.writeString(home.resolve("gitlab_secret"), "secret");
      Files.writeString(
          home.resolve("config.toml"),
          options.asToml(Traffic.STORAGE, home, secret)
              + (more.isEmpty() ? "" : Files.readString(Path.of(more))));
    }
  }

  private void awaitReady() {
    RouterWatch.until(
        "a server that is ready",
        START_PATIENCE,
        () -> {
          if (!isRunning()) {
            throw new IllegalStateException("a server ended at once: " + container.getLogs());
          }
          return image.isStandIn()
              ? Files.exists(place.home().resolve("ready.json"))
              : Files.exists(place.home().resolve("gitaly.socket")) && listens();
        });
    if (control != null) {
      control.close();
      control = null;
    }
    if (image.isStandIn()) {
      control = StandInControl.connect(place.home().resolve("control.socket"));
    }
  }

  private boolean listens() {
    if (!options.network()) {
      return true;
    }
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(place.ip(), ServerOptions.TCP_PORT), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private InspectContainerResponse.ContainerState state() {
    return Engine.client().inspectContainerCmd(id()).exec().getState();
  }

  String id() {
    return container.getContainerId();
  }

  boolean isRunning() {
    return Boolean.TRUE.equals(state().getRunning());
  }

  /** The id of its process, as this machine knows it. */
  long pid() {
    Long pid = state().getPidLong();
    if (pid == null || pid == 0) {
      throw new IllegalStateException("the container does not run");
    }
    return pid;
  }

  /** Connections that its kernel has accepted since it started, whatever became of them. */
  long accepted() {
    Path counters = Path.of("/proc", Long.toString(pid()), "net", "snmp");
    try {
      List<String[]> tcp =
          Files.readAllLines(counters).stream()
              .filter(line -> line.startsWith("Tcp:"))
              .map(line -> line.split(" ", -1))
              .toList();
      return Long.parseLong(tcp.get(1)[List.of(tcp.get(0)).indexOf("PassiveOpens")]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path home() {
    return place.home();
  }

  String ip() {
    return place.ip();
  }

  String unixAddress() {
    return "unix:" + place.home().resolve("gitaly.socket");
  }

  String tcpAddress() {
    return "tcp://" + place.ip() + ":" + ServerOptions.TCP_PORT;
  }

  String tlsAddress() {
    return "tls://" + place.ip() + ":" + ServerOptions.TLS_PORT;
  }

  /** The control client of a stand-in that runs. */
  StandInControl control() {
    if (control == null) {
      throw new IllegalStateException(image.name() + " takes no fault commands");
    }
    return control;
  }

  /** Ends it without a warning. */
  void kill() {
    Engine.client().killContainerCmd(id()).withSignal("KILL").exec();
    RouterWatch.until("a dead server", () -> !isRunning());
  }

  /** Asks it to end, and waits until it has. */
  void stop() {
    Engine.client().stopContainerCmd(id()).withTimeout(STOP_SECONDS).exec();
  }

  /** Starts it after it has ended. */
  void start() throws IOException {
    writeOptions();
    Engine.client().startContainerCmd(id()).exec();
    awaitReady();
  }

  /** Stops it and starts it with other settings. */
  void restart(UnaryOperator<ServerOptions> change) throws IOException {
    stop();
    options = change.apply(options);
    start();
  }

  /** Stops its processes from running: the sockets stay open, and nobody answers. */
  void pause() {
    Engine.client().pauseContainerCmd(id()).exec();
  }

  /** Lets it run on. */
  void unpause() {
    Engine.client().unpauseContainerCmd(id()).exec();
  }

  /** Pulls its network cable. */
  void disconnect() {
    Engine.client()
        .disconnectFromNetworkCmd()
        .withNetworkId(place.networkId())
        .withContainerId(id())
        .withForce(true)
        .exec();
  }

  /** Plugs it in again, at the same address. */
  void connect() {
    connect(List.of());
  }

  /** Lets the name stand for its address, too, as long as it runs. */
  void join(String name) {
    disconnect();
    connect(List.of(name));
  }

  private void connect(List<String> names) {
    Engine.client()
        .connectToNetworkCmd()
        .withNetworkId(place.networkId())
        .withContainerId(id())
        .withContainerNetwork(
            new ContainerNetwork()
                .withAliases(names)
                .withIpamConfig(new ContainerNetwork.Ipam().withIpv4Address(place.ip())))
        .exec();
  }

  @Override
  public void close() {
    if (control != null) {
      control.close();
    }
    // The engine removes the container itself: the settings that are wrong are part of the tests.
  }
}
