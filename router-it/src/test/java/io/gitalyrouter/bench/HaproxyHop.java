package io.gitalyrouter.bench;

import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A proxy on the same host, as sidecars are: a unix socket to it, TCP from it. It passes bytes on
 * and does not look at the calls, which is the least that such a hop can cost.
 */
final class HaproxyHop {
  private static final List<Path> PLACES =
      List.of(Path.of("/usr/sbin/haproxy"), Path.of("/usr/local/sbin/haproxy"));

  private HaproxyHop() {}

  /** Why it cannot be measured; empty if it can. */
  static String obstacle() {
    return PLACES.stream().anyMatch(Files::isExecutable)
        ? ""
        : "skipped: no haproxy on this machine";
  }

  /** A channel through a new proxy; the second server is used while the first is down. */
  static Opened open(Site first, Site second) {
    try {
      Path directory = Files.createTempDirectory("haproxy-hop");
      Path socket = directory.resolve("hop.socket");
      Path config = directory.resolve("haproxy.cfg");
      Files.writeString(config, config(socket, first, second));
      Process proxy = start(directory, config);
      await()
          .atMost(Duration.ofSeconds(10))
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(5))
          .until(() -> Files.exists(socket));
      EventLoopGroup loops = PlainClient.loops();
      ManagedChannel channel = PlainClient.unix(socket, loops);
      return new Opened(
          channel,
          () -> {
            PlainClient.close(loops, channel);
            proxy.destroyForcibly();
            proxy.onExit().join();
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Process start(Path directory, Path config) throws IOException {
    Path program = PLACES.stream().filter(Files::isExecutable).findFirst().orElseThrow();
    return new ProcessBuilder(program.toString(), "-db", "-f", config.toString())
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("haproxy.log").toFile())
        .start();
  }

  private static String config(Path socket, Site first, Site second) {
    return String.join(
        "\n",
        "defaults",
        "  mode tcp",
        "  timeout connect 1s",
        "  timeout client 1m",
        "  timeout server 1m",
        "listen hop",
        "  bind unix@" + socket,
        "  option redispatch",
        "  default-server on-marked-down shutdown-sessions inter 500ms fall 2",
        "  server first " + Site.HOST + ":" + first.tcpPort() + " check",
        "  server second " + Site.HOST + ":" + second.tcpPort() + " check backup",
        "");
  }
}
