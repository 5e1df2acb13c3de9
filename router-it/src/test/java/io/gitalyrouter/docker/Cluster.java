package io.gitalyrouter.docker;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Network;
import io.gitalyrouter.docker.GitalyContainer.Place;
import io.gitalyrouter.docker.GitalyContainer.View;
import io.gitalyrouter.history.Books;
import io.gitalyrouter.history.SampleStorage;
import io.gitalyrouter.history.Server;
import io.gitalyrouter.history.Traffic;
import io.gitalyrouter.route.Endpoint;
import io.gitalyrouter.route.RouteRule;
import io.gitalyrouter.route.RouteRule.BucketUnit;
import io.gitalyrouter.route.RoutingTable;
import io.gitalyrouter.route.StorageRoutes;
import io.gitalyrouter.route.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The topology of the change: a local Gitaly that shares a unix socket with this process, and
 * network ones on a network of their own, all over one disk. Closing it removes all of it; so does
 * the end of the process. <em>Not thread-safe; confined to the test.</em>
 */
final class Cluster implements AutoCloseable {
  /** A name that a network server can be given. */
  static final String NAME = "gitaly";

  private static final int REPOSITORIES = 64;
  private static final int SUBNET_TRIES = 40;

  private final Path root;
  private final Deque<Cleanup> open = new ArrayDeque<>();
  private final Thread atExit = new Thread(this::closeAtExit, "docker-cleanup");
  private final Map<Server, GitalyContainer> servers = new EnumMap<>(Server.class);
  private final GitalyImage image;
  private final Share share;
  private final SampleStorage sample;
  private final Path tokens;
  private final String subnet;
  private final String networkId;

  /** One thing to undo. */
  @FunctionalInterface
  private interface Cleanup {
    void run() throws IOException;
  }

  private Cluster(Path root) throws Exception {
    this.root = root;
    Runtime.getRuntime().addShutdownHook(atExit);
    boolean made = false;
    try {
      Engine.removeOrphans();
      open.push(() -> Trees.delete(root));
      share = Share.create(root);
      open.push(share::close);
      open.push(Engine::removeMine);
      sample = SampleStorage.create(share.disk(), REPOSITORIES);
      tokens = Files.createDirectory(root.resolve("tokens"));
      image = GitalyImage.obtain();
      Network.Ipam.Config ipam = new Network.Ipam.Config();
      networkId = network(ipam);
      subnet = String.valueOf(ipam.getSubnet());
      add(
          Server.LOCAL,
          new Place(home(Server.LOCAL), Map.of(share.disk(), View.fixed("/storage")), "", ""),
          ServerOptions.local("/storage"));
      made = true;
    } finally {
      if (!made) {
        close();
      }
    }
  }

  /** Puts the local side up. */
  static Cluster start() throws Exception {
    // A short path: a unix socket's name must fit into 107 bytes.
    return new Cluster(Files.createTempDirectory("grd-"));
  }

  private static String network(Network.Ipam.Config ipam) {
    long first = ProcessHandle.current().pid();
    for (int i = 0; ; i++) {
      String subnet = "10.213." + (first + i) % 256 + ".0/24";
      ipam.withSubnet(subnet);
      try {
        return Engine.client()
            .createNetworkCmd()
            .withName("gitaly-router-" + Engine.owner() + "-" + i)
            .withLabels(Engine.label())
            .withIpam(new Network.Ipam().withConfig(ipam))
            .exec()
            .getId();
      } catch (DockerException e) {
        // The addresses are another network's: the next ones may be free.
        if (i == SUBNET_TRIES) {
          throw e;
        }
      }
    }
  }

  /** Starts a network server with its usual settings. */
  GitalyContainer addNetwork(Server server, ServerOptions options) throws IOException {
    Map<Path, View> binds =
        Map.of(
            share.export(),
            share.isReal() ? View.following("/shares") : View.fixed("/shares"),
            Files.createDirectories(root.resolve("other")),
            View.fixed("/other"),
            tokens,
            View.fixed(tokens.toString()));
    return add(server, new Place(home(server), binds, networkId, ip(server)), options);
  }

  /** The address that a network server has, or will have. */
  String ip(Server server) {
    return subnet.replace(".0/24", server == Server.TWIN ? ".11" : ".10");
  }

  /** The settings of a network server that works: the shared disk, and the secret of all. */
  ServerOptions networkOptions() throws IOException {
    return ServerOptions.network("/shares/" + share.viewName(), token("secret"));
  }

  private GitalyContainer add(Server server, Place place, ServerOptions options)
      throws IOException {
    GitalyContainer container = GitalyContainer.start(image, place, options);
    open.push(container::close);
    servers.put(server, container);
    return container;
  }

  private Path home(Server server) {
    return root.resolve(server.name().toLowerCase(Locale.ROOT));
  }

  /** A file with a secret, which every network server can be told to ask for. */
  Path token(String secret) throws IOException {
    Path file = tokens.resolve(secret);
    if (!Files.exists(file)) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, secret);
    }
    return file;
  }

  /** A directory that every network server sees at the same path. */
  Path shared(String name) throws IOException {
    return Files.createDirectories(tokens.resolve(name));
  }

  GitalyContainer server(Server server) {
    GitalyContainer container = servers.get(server);
    if (container == null) {
      throw new IllegalArgumentException(server + " was not started");
    }
    return container;
  }

  GitalyContainer network() {
    return server(Server.NETWORK);
  }

  GitalyContainer local() {
    return server(Server.LOCAL);
  }

  GitalyImage image() {
    return image;
  }

  Share share() {
    return share;
  }

  SampleStorage sample() {
    return sample;
  }

  String networkId() {
    return networkId;
  }

  Path root() {
    return root;
  }

  /** The books of all servers, as far as they keep any. */
  Books books() {
    Map<Server, Path> homes = new EnumMap<>(Server.class);
    if (image.isStandIn()) {
      servers.forEach((server, container) -> homes.put(server, container.home()));
    }
    return Books.of(homes);
  }

  /** The network side's endpoint without TLS, with its secret. */
  Endpoint tcp(Server server) throws IOException {
    return Endpoint.parse(server(server).tcpAddress()).withToken(Token.file(token("secret")));
  }

  /**
   * A table that sends a share of the calls to a network endpoint.
   *
   * @param network null for none
   * @param percent 0 leaves the role off
   */
  RoutingTable table(@Nullable Endpoint network, double percent) {
    RouteRule rule =
        percent == 0 ? RouteRule.off() : RouteRule.network("canary", percent, BucketUnit.RPC);
    return RoutingTable.of(
        "test",
        List.of(
            new StorageRoutes(
                Traffic.STORAGE,
                Endpoint.parse(local().unixAddress()),
                Optional.ofNullable(network),
                rule)));
  }

  /** Removes all of it, whatever state it is in. */
  @Override
  public void close() throws IOException {
    IOException failed = null;
    while (!open.isEmpty()) {
      try {
        open.pop().run();
      } catch (IOException | RuntimeException e) {
        // What comes after it has to go as well.
        failed = new IOException("something may be left behind", e);
      }
    }
    if (Thread.currentThread() != atExit) {
      Runtime.getRuntime().removeShutdownHook(atExit);
    }
    if (failed != null) {
      throw failed;
    }
  }

  private void closeAtExit() {
    try {
      close();
    } catch (IOException e) {
      System.err.println("docker: " + e.getMessage() + ": " + e.getCause());
    }
  }
}
