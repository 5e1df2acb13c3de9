package io.gitalyrouter.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gitalyrouter.GitalyRouter;
import io.gitalyrouter.config.ConfigEvent;
import io.gitalyrouter.config.ConfiguredRouter;
import io.gitalyrouter.config.FollowOptions;
import io.gitalyrouter.config.source.FileSource;
import io.gitalyrouter.event.RouterEvent;
import io.gitalyrouter.event.RouterEvent.Trouble;
import io.gitalyrouter.it.proto.Repository;
import io.gitalyrouter.it.proto.RepositoryExistsRequest;
import io.gitalyrouter.it.proto.RepositoryServiceGrpc;
import io.gitalyrouter.standin.StandInLaunch;
import io.gitalyrouter.standin.StandInProcess;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every kind of bad input, given to a running router under traffic: one message that says what,
 * where and what to do, and not one failed call.
 */
@Timeout(120)
final class BadInputIT {
  private static final Duration SOON = Duration.ofSeconds(10);

  @TempDir private Path directory;

  private final Queue<ConfigEvent> configEvents = new ConcurrentLinkedQueue<>();
  private final Queue<RouterEvent> routerEvents = new ConcurrentLinkedQueue<>();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean running = new AtomicBoolean(true);
  private final AtomicLong calls = new AtomicLong();
  private StandInProcess local;
  private StandInProcess network;
  private Path config;
  private Path token;
  private ConfiguredRouter configured;
  private Thread traffic;

  @BeforeEach
  void start() throws IOException {
    Path storage = Files.createDirectory(directory.resolve("storage"));
    token = secret("token", "s3cret-of-the-test", "rw-------");
    local =
        StandInProcess.start(
            StandInLaunch.in(Files.createDirectory(directory.resolve("l")))
                .withStorage("nfs-file01", storage)
                .withUnix());
    network =
        StandInProcess.start(
            StandInLaunch.in(Files.createDirectory(directory.resolve("n")))
                .withStorage("nfs-file01", storage)
                .withTokenFile(token)
                .withTcp());
    config = directory.resolve("router.yaml");
    write(document(network.tcpAddress(), token, "network-gitaly"));
    configured =
        ConfiguredRouter.open(
            FileSource.of(config),
            "git01",
            GitalyRouter.builder().listener(routerEvents::add),
            FollowOptions.defaults().withListener(configEvents::add));
    awaitOnNetwork();
    traffic = new Thread(this::callOn, "traffic");
    traffic.start();
  }

  @AfterEach
  void stop() throws InterruptedException {
    running.set(false);
    traffic.join(TimeUnit.SECONDS.toMillis(30));
    configured.close();
    local.close();
    network.close();
  }

  private Path secret(String name, String content, String permissions) throws IOException {
    Path file = Files.writeString(directory.resolve(name), content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  private String document(String networkAddress, Path tokenFile, String role) {
    return String.format(
        Locale.ROOT,
        """
        version: 1
        storages:
          nfs-file01:
            local: { address: "%s" }
            network: { address: "%s", token_file: %s }
        roles:
          network-gitaly: { route: network, storages: [nfs-file01] }
        hosts:
          git01: { roles: [%s] }
        """,
        local.unixAddress(),
        networkAddress,
        tokenFile,
        role);
  }

  private void write(String document) throws IOException {
    write(document.getBytes(StandardCharsets.UTF_8));
  }

  private void write(byte[] document) throws IOException {
    Path next = Files.write(directory.resolve("router.yaml.new"), document);
    Files.move(next, config, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  private void callOn() {
    var stub = RepositoryServiceGrpc.newBlockingStub(configured.router().channel("nfs-file01"));
    RepositoryExistsRequest request =
        RepositoryExistsRequest.newBuilder()
            .setRepository(
                Repository.newBuilder().setStorageName("nfs-file01").setRelativePath("a.git"))
            .build();
    while (running.get()) {
      try {
        var unused = stub.withDeadlineAfter(10, TimeUnit.SECONDS).repositoryExists(request);
        calls.incrementAndGet();
      } catch (RuntimeException e) {
        failures.add(e);
      }
    }
  }

  private void awaitOnNetwork() {
    await()
        .atMost(SOON)
        .until(() -> configured.router().status().storages().get(0).obstacle().isEmpty());
  }

  /** Waits for the one refusal, and asserts that calls go on, none fails and nothing changed. */
  private void assertRefused(String... parts) {
    long generation = configured.router().status().generation();
    await().atMost(SOON).until(() -> configEvents.stream().anyMatch(this::isRefusal));
    assertThat(configEvents.stream().filter(this::isRefusal)).as("one message").hasSize(1);
    String problems =
        configEvents.stream()
            .filter(this::isRefusal)
            .map(refusal -> ((ConfigEvent.Refused) refusal).problems().toString())
            .collect(Collectors.joining());
    assertThat(problems).contains(parts).doesNotContain("s3cret-of-the-test");
    assertTrafficFlows();
    assertThat(configured.router().status().generation()).isEqualTo(generation);
    assertThat(configured.router().status().storages().get(0).obstacle()).isEmpty();
  }

  private boolean isRefusal(ConfigEvent event) {
    return event instanceof ConfigEvent.Refused;
  }

  private void assertTrafficFlows() {
    long before = calls.get();
    await().atMost(SOON).until(() -> calls.get() > before + 20);
    assertThat(failures).isEmpty();
  }

  private Trouble awaitTrouble() {
    await().atMost(SOON).until(() -> routerEvents.stream().anyMatch(Trouble.class::isInstance));
    List<Trouble> troubles =
        routerEvents.stream().filter(Trouble.class::isInstance).map(Trouble.class::cast).toList();
    assertThat(troubles).as("one message").hasSize(1);
    return troubles.get(0);
  }

  @Test
  void missing_file() throws IOException {
    Files.delete(config);
    assertRefused("router.yaml", "does not exist");
  }

  @Test
  void empty_file() throws IOException {
    write("");
    assertRefused("router.yaml", "empty");
  }

  @Test
  void unreadable_file() throws IOException {
    Files.delete(config);
    Files.createDirectory(config);
    assertRefused("router.yaml", "directory");
  }

  @Test
  void huge_file() throws IOException {
    Path huge = directory.resolve("huge");
    try (RandomAccessFile file = new RandomAccessFile(huge.toFile(), "rw")) {
      file.setLength(100L << 20);
    }
    Files.move(huge, config, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    assertRefused("router.yaml", "larger than 4194304 bytes");
  }

  @Test
  void binary_file() throws IOException {
    write(new byte[] {'v', 'e', 'r', 0, 1, 2, (byte) 0xFF});
    assertRefused("router.yaml");
  }

  @Test
  void half_written_file() throws IOException {
    String whole = document(network.tcpAddress(), token, "network-gitaly");
    write(whole.substring(0, whole.indexOf("roles:\n") + 20));
    assertRefused("router.yaml:7:3 roles", "hosts: missing");
  }

  @Test
  void unknown_host_gets_no_role_and_one_warning() throws IOException {
    Queue<ConfigEvent> events = new ConcurrentLinkedQueue<>();
    try (ConfiguredRouter other =
        ConfiguredRouter.open(
            FileSource.of(config),
            "git03",
            GitalyRouter.builder(),
            FollowOptions.defaults().withListener(events::add))) {
      assertThat(other.config().warnings())
          .singleElement()
          .asString()
          .contains("git03", "git01", "local");
      assertThat(other.router().status().storages().get(0).role()).isEmpty();
    }
    assertTrafficFlows();
  }

  @Test
  void unknown_storage() {
    assertThatThrownBy(() -> configured.router().channel("nfs-file99"))
        .hasMessageContaining("\"nfs-file99\"")
        .hasMessageContaining("nfs-file01")
        .hasMessageContaining("router.yaml");
    assertTrafficFlows();
  }

  @Test
  void socket_path_over_the_limit() throws IOException {
    write(
        document(network.tcpAddress(), token, "network-gitaly")
            .replace(local.unixAddress(), "unix:/" + "a".repeat(120)));
    assertRefused("router.yaml:4:", "121 bytes", "at most 107");
  }

  @Test
  void token_file_that_others_can_read() throws IOException {
    Path open = secret("open-token", "s3cret-of-the-test", "rw-r--r--");
    write(document(network.tcpAddress(), open, "network-gitaly"));
    assertRefused("router.yaml:5:", "open to other users", "chmod o-rwx");
  }

  @Test
  void wrong_token() throws IOException {
    Path wrong = secret("wrong-token", "not-the-secret", "rw-------");
    write(document(network.tcpAddress(), wrong, "network-gitaly"));
    Trouble trouble = awaitTrouble();
    assertThat(trouble.where()).contains(network.tcpAddress());
    assertThat(trouble.what()).contains("PERMISSION_DENIED");
    assertThat(trouble.advice()).contains("refuses the token", "wrong-token");
    assertThat(trouble.toString()).doesNotContain("not-the-secret");
    assertTrafficFlows();
    write(document(network.tcpAddress(), token, "network-gitaly"));
    awaitOnNetwork();
  }

  @Test
  void port_nobody_listens_on() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    write(document("tcp://127.0.0.1:" + free, token, "network-gitaly"));
    Trouble trouble = awaitTrouble();
    assertThat(trouble.where()).contains("tcp://127.0.0.1:" + free);
    assertThat(trouble.what()).contains("Connection refused");
    assertThat(trouble.advice()).contains("listens there");
    assertTrafficFlows();
  }
}
