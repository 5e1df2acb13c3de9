package io.gitalyrouter.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitalyrouter.config.admin.AdminClient;
import io.gitalyrouter.config.admin.AdminClient.Answer;
import io.gitalyrouter.config.admin.AdminClient.By;
import io.gitalyrouter.config.admin.HostReport;
import io.gitalyrouter.config.admin.HostReport.RouteState;
import io.gitalyrouter.experiment.ConfigFile;
import io.gitalyrouter.experiment.Git;
import io.gitalyrouter.standin.StandInLaunch;
import io.gitalyrouter.standin.StandInProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operators and several worker processes over the sockets of one directory. */
final class WorkerAdminIT {
  private static final String STORAGE = "nfs-file01";
  private static final String SECRET = "a-secret-that-nobody-sees";
  private static final List<String> HOSTS = List.of("git01", "git02");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path directory;

  private final List<AutoCloseable> open = new ArrayList<>();
  private Path admin;
  private ConfigFile config;
  private StandInProcess network;
  private AdminClient client;

  @BeforeEach
  void start() throws IOException, InterruptedException, TimeoutException {
    Path storage = Files.createDirectory(directory.resolve("storage"));
    Git.run(storage, "init", "-q", "--bare", "a.git");
    Path token =
        Files.createFile(
            directory.resolve("token"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(token, SECRET);
    StandInProcess local =
        StandInProcess.start(
            StandInLaunch.in(Files.createDirectory(directory.resolve("l")))
                .withStorage(STORAGE, storage)
                .withUnix());
    open.add(local);
    network =
        StandInProcess.start(
            StandInLaunch.in(Files.createDirectory(directory.resolve("n")))
                .withStorage(STORAGE, storage)
                .withTokenFile(token)
                .withTcp());
    open.add(network);
    admin = Files.createDirectory(directory.resolve("a"));
    config =
        new ConfigFile(
            directory.resolve("router.yaml"),
            STORAGE,
            local.unixAddress(),
            network.tcpAddress(),
            token);
    config.giveRole(HOSTS, List.of());
    client = AdminClient.of(admin);
    open.add(client);
  }

  @AfterEach
  void stop() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private WorkerProcess worker(String host, String place)
      throws IOException, InterruptedException, TimeoutException {
    WorkerProcess worker =
        WorkerProcess.start(
            new WorkerProcess.Launch(
                host,
                STORAGE,
                config.path(),
                directory.resolve(place),
                List.of("--admin-directory=" + admin)),
            PATIENCE);
    open.add(worker);
    return worker;
  }

  private List<HostReport> reports() throws IOException {
    return client.reports().stream().map(answer -> answer.value().orElseThrow()).toList();
  }

  private void awaitRoutes(RouteState... routes) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(reports())
                    .extracting(report -> report.storages().get(0).route())
                    .containsExactly(routes));
  }

  @Test
  void both_hosts_of_a_directory_are_shown_and_forced_local() throws Exception {
    WorkerProcess one = worker("git01", "w1");
    WorkerProcess two = worker("git02", "w2");
    config.giveRole(HOSTS, List.of("git01"));
    awaitRoutes(RouteState.NETWORK, RouteState.LOCAL);

    HostReport first = reports().get(0);
    assertThat(first.process()).isEqualTo(Long.toString(one.pid()));
    assertThat(first.networkSockets())
        .as("the kernel sees the one connection to the network side")
        .hasValueSatisfying(
            sockets ->
                assertThat(sockets).extracting(HostReport.Sockets::count).containsExactly(1));
    assertThat(reports().get(1).networkSockets()).hasValue(List.of());

    By by = new By("alice@ops01", "rehearsal");
    assertThat(client.forceLocal(by)).allMatch(answer -> answer.value().isPresent());
    awaitRoutes(RouteState.FORCED_LOCAL, RouteState.LOCAL);
    Git.run(directory, "clone", "-q", "--mirror", one.gitUrl("a.git"), "c.git");
    assertThat(network.control().counters().getMethodsList())
        .as("no git call while forced local")
        .noneMatch(method -> method.getMethod().contains("SSHUploadPack"));
    client.resume(by);
    awaitRoutes(RouteState.NETWORK, RouteState.LOCAL);

    String told =
        Files.readString(one.launch().log())
            + Files.readString(two.launch().log())
            + client.reports()
            + Files.readString(one.launch().eventJournal());
    assertThat(told).contains("rehearsal").doesNotContain(SECRET).doesNotContain("Bearer");
  }

  @Test
  void killed_process_is_told_and_its_socket_goes_with_the_next() throws Exception {
    WorkerProcess killed = worker("git01", "w1");
    ProcessHandle handle = ProcessHandle.of(killed.pid()).orElseThrow();
    handle.destroyForcibly();
    assertThat(handle.onExit()).succeedsWithin(PATIENCE);

    Path left = admin.resolve("git01-" + killed.pid() + ".sock");
    assertThat(client.reports())
        .singleElement()
        .extracting(Answer::socket, answer -> answer.trouble().orElse(""))
        .containsExactly(left, "the process has ended: nobody listens");

    WorkerProcess next = worker("git01", "w3");
    assertThat(client.sockets()).containsExactly(admin.resolve("git01-" + next.pid() + ".sock"));
    next.close();
    assertThat(client.sockets()).as("closed in order, it takes its socket along").isEmpty();
  }
}
