package io.gitalyrouter.config.admin;

import io.gitalyrouter.GitalyRouter;
import io.gitalyrouter.config.ConfiguredRouter;
import io.gitalyrouter.config.FollowOptions;
import io.gitalyrouter.config.source.FileSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Routers with admin sockets in one directory, as several processes of a host have them; their
 * endpoints are not there. <em>Not thread-safe; confined to a test.</em>
 */
public final class Processes implements AutoCloseable {
  /** Stands in the document, and must never stand anywhere else. */
  public static final String SECRET = "s3cr3t-that-nobody-sees";

  private final Path directory;
  private final Path document;
  private final List<ConfiguredRouter> routers = new ArrayList<>();

  /** No process yet, a directory, and a document whose role is off. */
  public Processes(Path place) throws IOException {
    this.directory = Files.createDirectory(place.resolve("admin"));
    this.document = place.resolve("router.yaml");
    write(0);
  }

  /** The admin directory. */
  public Path directory() {
    return directory;
  }

  /** Sends a share of all hosts' calls to a network side that is not there. */
  public void write(int percent) throws IOException {
    Path next = document.resolveSibling("next.yaml");
    Files.writeString(
        next,
        String.format(
            Locale.ROOT,
            """
            version: 1
            storages:
              one:
                local: { address: "unix:/nowhere/gitaly.socket" }
                network: { address: "tcp://127.0.0.1:1", insecure_inline_token: %s }
            roles:
              network-gitaly: { route: network, storages: [one], percent: %d }
            hosts:
              git01: { roles: [network-gitaly] }
              git02: { roles: [network-gitaly] }
            """,
            SECRET,
            percent));
    Files.move(next, document, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Opens one. */
  public ConfiguredRouter open(String host) {
    return open(host, AdminSocket.in(directory));
  }

  /** Opens one with a socket of its own kind. */
  public ConfiguredRouter open(String host, AdminSocket socket) {
    ConfiguredRouter router =
        ConfiguredRouter.open(
            FileSource.of(document),
            host,
            GitalyRouter.builder(),
            FollowOptions.defaults().with(socket));
    routers.add(router);
    return router;
  }

  @Override
  public void close() {
    routers.forEach(ConfiguredRouter::close);
  }
}
