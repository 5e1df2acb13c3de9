package io.gitalyrouter.docker;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Network;
import io.gitalyrouter.docker.GitalyContainer.Place;
import io.gitalyrouter.docker.GitalyContainer.View;
import io.gitalyrouter.history.Books;
import io.gitalyrouter.history.SampleStorage;
import io.gitalyrouter.history.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The topology of the change: a local Gitaly that shares a unix socket with this process, and
 * network ones on a network of their own, all over one disk; one at a time in a process. Closing it
 * removes all of it; so does a {@link Watchdog} after the end of the process. <em>Not thread-safe;
 * confined to the test.</em>
 */
final class Cluster implements AutoCloseable {
  /** A name that a network server can be given. */
  static final String NAME = "gitaly";

  private static final int REPOSITORIES = 64;
  private static final int SUBNET_TRIES = 40;

  private final Closer open = new Closer();
  private final Map<Server, GitalyContainer> servers = new EnumMap<>(Server.class);
  private final Path root;
  private final GitalyImage image;
  private final Share share;
  private final SampleStorage sample;
  private final Path tokens;
  private final String subnet;
  private final String networkId;

  private Cluster(Supplier<GitalyImage> images) throws Exception {
    boolean made = false;
    try {
      Belongings.removeOrphans();
      open.add(Watchdog.start());
      Belongings mine = Belongings.of(Owner.self());
      open.add(mine::remove);
      root = mine.createDirectory();
      share = Share.create(root);
      sample = SampleStorage.create(share.disk(), REPOSITORIES);
      tokens = Files.createDirectory(root.resolve("tokens"));
      image = images.get();
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
    return start(GitalyImage::obtain);
  }

  /**
   * Puts the local side up.
   *
   * @param images makes what the servers run from, or finds it
   */
  static Cluster start(Supplier<GitalyImage> images) throws Exception {
    return new Cluster(images);
  }

  private static String network(Network.Ipam.Config ipam) {
    long first = ProcessHandle.current().pid();
    for (int i = 0; ; i++) {
      String subnet = "10.213." + (first + i) % 256 + ".0/24";
      ipam.withSubnet(subnet);
      try {
        return Engine.client()
            .createNetworkCmd()
            .withName("gitaly-router-" + Owner.self() + "-" + i)
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
    open.add(container);
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

  /** The way to a network server without TLS. */
  Way usual(Server server) throws IOException {
    return Way.tcp(server(server).tcpAddress(), token("secret"));
  }

  /** The document that all hosts follow. */
  Path document() {
    return root.resolve("router.yaml");
  }

  /** Removes all of it, whatever state it is in. */
  @Override
  public void close() throws IOException {
    open.close();
  }
}
