package io.gitalyrouter.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitalyrouter.GitalyRouter;
import io.gitalyrouter.config.ConfiguredRouter;
import io.gitalyrouter.config.FollowOptions;
import io.gitalyrouter.config.source.FileSource;
import io.gitalyrouter.event.RouterEvent;
import io.gitalyrouter.event.RouterEvent.Trouble;
import io.gitalyrouter.standin.StandInLaunch;
import io.gitalyrouter.standin.StandInProcess;
import io.gitalyrouter.standin.TestCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A configured router before a server process that lets only known clients in. */
@Timeout(120)
final class ClientCertificateIT {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir private Path directory;

  private final Queue<RouterEvent> events = new ConcurrentLinkedQueue<>();

  private String document(String local, String network, String more) {
    return String.format(
        Locale.ROOT,
        """
        version: 1
        storages:
          nfs-file01:
            local: { address: "%s" }
            network: { address: "%s", ca_file: %s%s }
        roles:
          network-gitaly: { route: network, storages: all }
        hosts:
          git01: { roles: [network-gitaly] }
        """,
        local,
        network,
        directory.resolve("ca/cert.pem"),
        more);
  }

  @Test
  void host_is_let_in_once_its_certificate_is_configured_and_again_with_the_next_one()
      throws Exception {
    TestCertificate authority = TestCertificate.create(folder("ca"));
    TestCertificate server = authority.issue(folder("server"), "server");
    TestCertificate client = authority.issue(folder("live"), "worker-1");
    Path clientCa = Files.copy(authority.certificate(), directory.resolve("clients.pem"));
    Path storage = folder("storage");
    try (StandInProcess local = StandInProcess.start(launch("l", storage).withUnix());
        StandInProcess network =
            StandInProcess.start(
                launch("n", storage)
                    .withTls(server.certificate(), server.key())
                    .withClientCa(clientCa))) {
      Path config = directory.resolve("router.yaml");
      Files.writeString(config, document(local.unixAddress(), network.tlsAddress(), ""));
      try (ConfiguredRouter router =
          ConfiguredRouter.open(
              FileSource.of(config),
              "git01",
              GitalyRouter.builder().listener(events::add),
              FollowOptions.defaults())) {
        await().atMost(SOON).until(() -> isTold("wants a client certificate"));
        assertThat(isTold(network.tlsAddress())).isTrue();

        String identity = ", cert_file: " + client.certificate() + ", key_file: " + client.key();
        Path next = directory.resolve("router.yaml.new");
        Files.writeString(next, document(local.unixAddress(), network.tlsAddress(), identity));
        Files.move(next, config, StandardCopyOption.ATOMIC_MOVE);
        awaitOnNetwork(router);

        // From now on the server knows only clients of another authority.
        TestCertificate other = TestCertificate.create(folder("other"));
        TestCertificate unused = other.issue(directory.resolve("live"), "worker-2");
        Files.copy(other.certificate(), clientCa, StandardCopyOption.REPLACE_EXISTING);
        network.restart();
        await().atMost(SOON).until(() -> network.control().connections("tls").getAccepted() > 0);
        awaitOnNetwork(router);
      }
    }
  }

  private boolean isTold(String part) {
    return events.stream()
        .filter(Trouble.class::isInstance)
        .anyMatch(trouble -> trouble.toString().contains(part));
  }

  private Path folder(String name) throws IOException {
    return Files.createDirectory(directory.resolve(name));
  }

  private StandInLaunch launch(String name, Path storage) throws IOException {
    return StandInLaunch.in(folder(name)).withStorage("nfs-file01", storage);
  }

  private static void awaitOnNetwork(ConfiguredRouter router) {
    await()
        .atMost(SOON)
        .until(() -> router.router().status().storages().get(0).obstacle().isEmpty());
  }
}
