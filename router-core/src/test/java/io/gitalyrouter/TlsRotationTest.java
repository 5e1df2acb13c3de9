package io.gitalyrouter;

import static io.gitalyrouter.fixture.GitalyMethods.CHECK_OBJECTS_EXIST;
import static io.gitalyrouter.fixture.GitalyMethods.FIND_COMMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitalyrouter.event.RouterEvent.Trouble;
import io.gitalyrouter.fixture.RecordingListener;
import io.gitalyrouter.fixture.Sides;
import io.gitalyrouter.fixture.TestAuthority;
import io.gitalyrouter.fixture.TestGitaly;
import io.gitalyrouter.fixture.TestTls;
import io.gitalyrouter.fixture.Traffic;
import io.gitalyrouter.route.ClientIdentity;
import io.gitalyrouter.route.Endpoint;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Certificates change under traffic. The server has its clients connect anew every second, which
 * shows what new connections trust and show.
 */
@Timeout(90)
final class TlsRotationTest {
  /** The shortest that grpc's server knows. */
  private static final Duration CONNECTION_AGE = Duration.ofSeconds(1);

  /** When so many connections were made, more than two seconds have passed. */
  private static final int FOLLOWED = 4;

  @TempDir private Path directory;
  private TestAuthority first;
  private TestAuthority second;
  private Path caFile;

  @BeforeEach
  void authorities() throws Exception {
    first = new TestAuthority("first");
    second = new TestAuthority("second");
    caFile = TestAuthority.replace(directory.resolve("ca.pem"), first.pem());
  }

  private Endpoint.Tls trusting(Endpoint endpoint) {
    return ((Endpoint.Tls) endpoint).withCaFile(caFile);
  }

  private static void awaitSoon(BooleanSupplier condition) {
    await().atMost(Duration.ofSeconds(20)).until(condition::getAsBoolean);
  }

  private static void awaitConnections(TestGitaly server, int more) {
    int wanted = server.connections() + more;
    awaitSoon(() -> server.connections() >= wanted);
  }

  @Test
  void authority_is_replaced_under_traffic_in_three_steps_and_nobody_notices() throws Exception {
    TestTls tls = new TestTls(first.server(), "TLSv1.3").connectionAge(CONNECTION_AGE);
    TestGitaly network = TestGitaly.onTls("network", tls);
    try (Sides sides = new Sides(directory, network, this::trusting);
        Traffic traffic = new Traffic(sides.switchedOn())) {
      RecordingListener told = new RecordingListener();
      ClientCall<String, String> running = begin(sides, told);

      Files.writeString(caFile, first.pem() + second.pem());
      awaitConnections(network, FOLLOWED);
      tls.show(second.server());
      awaitConnections(network, FOLLOWED);
      TestAuthority.replace(caFile, second.pem());
      awaitConnections(network, FOLLOWED);

      traffic.assertFlows();
      assertThat(sides.troubles()).isEmpty();
      running.sendMessage("b");
      running.halfClose();
      told.assertTold("headers", "network:a", "network:b", "close OK");
    }
  }

  @Test
  void server_that_is_ahead_of_the_ca_file_is_not_routed_to_until_the_file_follows()
      throws Exception {
    TestTls tls = new TestTls(first.server(), "TLSv1.3").connectionAge(CONNECTION_AGE);
    TestGitaly network = TestGitaly.onTls("network", tls);
    try (Sides sides = new Sides(directory, network, this::trusting);
        Traffic traffic = new Traffic(sides.switchedOn())) {
      tls.show(second.server());
      assertThat(sides.awaitTrouble().what()).contains("unknown CA");
      traffic.assertFlows();

      TestAuthority.replace(caFile, second.pem());
      awaitConnections(network, 3);
      sides.awaitRouted();
      traffic.assertFlows();
      assertThat(sides.troubles()).as("told once").hasSize(1);
    }
  }

  @Test
  void connection_outlives_the_authority_that_it_was_trusted_for() throws Exception {
    TestGitaly network = TestGitaly.onTls("network", new TestTls(first.server(), "TLSv1.3"));
    try (Sides sides = new Sides(directory, network, this::trusting).switchedOn()) {
      TestAuthority.replace(caFile, second.pem());
      await()
          .atMost(Duration.ofSeconds(20))
          .during(Duration.ofMillis(2500))
          .until(() -> sides.call(FIND_COMMIT, "a").equals("network:a"));
      assertThat(network.connections()).isEqualTo(1);

      network.kill();
      network.start();
      assertThat(sides.awaitTrouble("unknown CA").where()).startsWith("network tls://");
    }
  }

  @Test
  void client_identity_is_replaced_by_a_link_swap_under_traffic() throws Exception {
    TestTls tls =
        new TestTls(first.server(), "TLSv1.3").admitting(first).connectionAge(CONNECTION_AGE);
    TestGitaly network = TestGitaly.onTls("network", tls);
    Path live = directory.resolve("..data");
    Files.createSymbolicLink(live, volume("one", first.client("worker-1")));
    ClientIdentity identity = new ClientIdentity(live.resolve("tls.crt"), live.resolve("tls.key"));
    try (Sides sides = new Sides(directory, network, e -> trusting(e).withIdentity(identity));
        Traffic traffic = new Traffic(sides.switchedOn())) {
      RecordingListener told = new RecordingListener();
      ClientCall<String, String> running = begin(sides, told);
      awaitConnections(network, 2);
      assertThat(network.clients()).containsOnly("CN=worker-1");

      Path next = directory.resolve("..data.next");
      Files.createSymbolicLink(next, volume("two", first.client("worker-2")));
      Files.move(next, live, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      awaitConnections(network, FOLLOWED);
      assertThat(network.clients()).last().isEqualTo("CN=worker-2");

      traffic.assertFlows();
      assertThat(sides.troubles()).isEmpty();
      running.sendMessage("b");
      running.halfClose();
      told.assertTold("headers", "network:a", "network:b", "close OK");
    }
  }

  @Test
  void broken_pair_keeps_the_one_before_is_told_once_and_is_used_when_mended() throws Exception {
    TestTls tls =
        new TestTls(first.server(), "TLSv1.3").admitting(first).connectionAge(CONNECTION_AGE);
    TestGitaly network = TestGitaly.onTls("network", tls);
    X509Bundle next = first.client("worker-2");
    Path live = volume("live", first.client("worker-1"));
    ClientIdentity identity = new ClientIdentity(live.resolve("tls.crt"), live.resolve("tls.key"));
    try (Sides sides = new Sides(directory, network, e -> trusting(e).withIdentity(identity));
        Traffic traffic = new Traffic(sides.switchedOn())) {
      TestAuthority.replace(identity.certFile(), next.getCertificatePathPEM());
      Trouble trouble = sides.awaitTrouble();
      assertThat(trouble.where()).isEqualTo("network " + network.endpoint().address());
      assertThat(trouble.what())
          .contains("key file " + identity.keyFile(), "not the key of", "write both anew");
      assertThat(trouble.advice()).contains("new connections show the certificate");

      awaitConnections(network, FOLLOWED);
      assertThat(network.clients()).as("the one before").containsOnly("CN=worker-1");
      traffic.assertFlows();

      TestAuthority.replace(identity.keyFile(), next.getPrivateKeyPEM());
      awaitSoon(() -> network.clients().contains("CN=worker-2"));
      traffic.assertFlows();
      assertThat(sides.troubles()).as("told once").hasSize(1);
    }
  }

  private Path volume(String name, X509Bundle certificate) throws IOException {
    Path volume = Files.createDirectory(directory.resolve(name));
    TestAuthority.replace(volume.resolve("tls.crt"), certificate.getCertificatePathPEM());
    TestAuthority.replace(volume.resolve("tls.key"), certificate.getPrivateKeyPEM());
    return volume;
  }

  /** A call that goes on while certificates change. */
  private static ClientCall<String, String> begin(Sides sides, RecordingListener told) {
    ClientCall<String, String> call =
        sides.channel().newCall(CHECK_OBJECTS_EXIST, CallOptions.DEFAULT);
    call.start(told, new Metadata());
    call.request(10);
    call.sendMessage("a");
    awaitSoon(() -> told.told().contains("network:a"));
    return call;
  }
}
