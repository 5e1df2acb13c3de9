package io.gitalyrouter.config.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gitalyrouter.config.ConfiguredRouter;
import io.gitalyrouter.config.admin.AdminClient.Answer;
import io.gitalyrouter.config.admin.AdminClient.By;
import io.gitalyrouter.config.admin.HostReport.Force;
import io.gitalyrouter.config.admin.HostReport.RouteState;
import io.gitalyrouter.config.source.SourceContent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AdminSocketTest {
  private static final By BY = new By("alice@ops01", "drill");
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String PID = Long.toString(ProcessHandle.current().pid());

  @TempDir private Path place;

  private Processes processes;
  private AdminClient client;

  @BeforeEach
  void open() throws IOException {
    processes = new Processes(place);
    client = AdminClient.of(processes.directory());
  }

  @AfterEach
  void close() {
    client.close();
    processes.close();
  }

  private HostReport report() throws IOException {
    List<Answer<HostReport>> answers = client.reports();
    assertThat(answers).hasSize(1);
    assertThat(answers.get(0).trouble()).isEmpty();
    return answers.get(0).value().orElseThrow();
  }

  @Test
  void status_tells_what_the_process_runs() throws IOException {
    processes.open("git01");

    HostReport report = report();

    byte[] bytes = Files.readAllBytes(place.resolve("router.yaml"));
    assertThat(report.runs(SourceContent.of("x", bytes).fingerprint())).isTrue();
    assertThat(report.config().fingerprint()).hasSize(64);
    assertThat(report.host()).isEqualTo("git01");
    assertThat(report.process()).isEqualTo(PID);
    assertThat(report.generation()).isEqualTo(1);
    assertThat(report.config().generation()).isEqualTo(1);
    assertThat(report.config().origin()).isEqualTo(place.resolve("router.yaml").toString());
    assertThat(report.config().appliedAt()).isBeforeOrEqualTo(report.at());
    assertThat(report.config().stale()).isFalse();
    assertThat(report.storages())
        .singleElement()
        .satisfies(storage -> assertThat(storage.route()).isEqualTo(RouteState.LOCAL));
    assertThat(HostReport.fromJson(report.toJson())).isEqualTo(report);
  }

  @Test
  void a_role_whose_network_side_is_away_is_blocked_and_says_why() throws IOException {
    processes.open("git01");
    processes.write(100);

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              HostReport.Storage storage = report().storages().get(0);
              assertThat(storage.route()).isEqualTo(RouteState.BLOCKED);
              assertThat(storage.obstacle())
                  .hasValueSatisfying(why -> assertThat(why).contains("UNREACHABLE"));
            });
    assertThat(report().config().generation()).isEqualTo(2);
  }

  @Test
  void force_local_holds_until_resume() throws IOException {
    ConfiguredRouter router = processes.open("git01");

    assertThat(client.forceLocal(BY))
        .singleElement()
        .satisfies(a -> assertThat(a.trouble()).isEmpty());
    assertThat(report().forcedLocal()).containsExactly(new Force("admin", "drill (alice@ops01)"));
    assertThat(router.router().status().forcedLocal()).hasValue("drill (alice@ops01)");

    assertThat(client.resume(BY))
        .singleElement()
        .satisfies(a -> assertThat(a.value()).hasValue(List.of()));
    assertThat(report().forcedLocal()).isEmpty();
  }

  @Test
  void each_force_is_ended_by_who_began_it_only() throws IOException {
    ConfiguredRouter router = processes.open("git01");
    router.router().forceLocal("the process itself");
    client.forceLocal(BY);
    Path file = processes.directory().resolve("force-local");
    Files.writeString(file, "sick file server\nand more\n");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(report().forcedLocal())
                    .containsExactly(
                        new Force("process", "the process itself"),
                        new Force("admin", "drill (alice@ops01)"),
                        new Force("file", "sick file server")));

    assertThat(client.resume(BY).get(0).value())
        .hasValue(List.of("process: the process itself", "file: sick file server"));
    router.router().resume();
    assertThat(report().forcedLocal()).containsExactly(new Force("file", "sick file server"));
    Files.delete(file);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(report().forcedLocal()).isEmpty());
  }

  @Test
  void a_process_that_starts_beside_the_file_is_forced_before_its_first_call() throws IOException {
    Files.createFile(processes.directory().resolve("force-local"));

    ConfiguredRouter router = processes.open("git01");

    assertThat(router.router().status().forces()).hasSize(1);
  }

  @Test
  void nobody_else_can_open_the_socket() throws IOException {
    processes.open("git01");
    processes.open("git02", AdminSocket.in(processes.directory()).withGroupAccess());

    assertThat(mode(processes.directory().resolve("git01-" + PID + ".sock")))
        .isEqualTo("rw-------");
    assertThat(mode(processes.directory().resolve("git02-" + PID + ".sock")))
        .isEqualTo("rw-rw----");
    try (var files = Files.list(processes.directory())) {
      assertThat(files.map(f -> f.getFileName().toString())).allMatch(n -> n.endsWith(".sock"));
    }
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void a_directory_that_everybody_may_write_to_is_refused() throws IOException {
    Files.setPosixFilePermissions(
        processes.directory(), PosixFilePermissions.fromString("rwxrwxrwx"));

    assertThatThrownBy(() -> processes.open("git01"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("everybody may write to it");
  }

  @Test
  void a_missing_directory_is_refused() {
    assertThatThrownBy(() -> processes.open("git01", AdminSocket.in(place.resolve("none"))))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("create it");
  }

  @Test
  void all_processes_of_a_directory_are_asked() throws IOException {
    processes.open("git01");
    processes.open("git02");

    assertThat(client.reports())
        .extracting(answer -> answer.value().orElseThrow().host())
        .containsExactly("git01", "git02");
    client.forceLocal(BY);
    assertThat(client.reports())
        .allSatisfy(answer -> assertThat(answer.value().orElseThrow().forcedLocal()).hasSize(1));
  }

  @Test
  void a_dead_socket_is_told_by_the_client_and_removed_by_the_next_process() throws IOException {
    Path dead = processes.directory().resolve("git01-1.sock");
    try (ServerSocketChannel gone = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      gone.bind(UnixDomainSocketAddress.of(dead));
    }

    assertThat(client.reports())
        .singleElement()
        .satisfies(answer -> assertThat(answer.trouble().orElse("")).contains("has ended"));
    processes.open("git01");

    assertThat(client.sockets())
        .containsExactly(processes.directory().resolve("git01-" + PID + ".sock"));
  }

  @Test
  void a_living_socket_and_other_files_are_never_removed() throws IOException {
    Path other = Files.writeString(processes.directory().resolve("git09-2.sock"), "a file");
    Path living = processes.directory().resolve("git01-1.sock");
    try (ServerSocketChannel alive = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      alive.bind(UnixDomainSocketAddress.of(living));
      processes.open("git01");

      assertThat(living).exists();
      assertThat(other).exists();
    }
  }

  @Test
  void a_process_that_hangs_costs_the_timeout() throws IOException {
    Path hung = processes.directory().resolve("git01-1.sock");
    try (ServerSocketChannel silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        AdminClient hasty = AdminClient.of(processes.directory(), Duration.ofMillis(200))) {
      silent.bind(UnixDomainSocketAddress.of(hung));

      assertThat(hasty.reports())
          .singleElement()
          .satisfies(answer -> assertThat(answer.trouble()).hasValue("no answer within 200 ms"));
    }
  }

  @Test
  void the_socket_is_removed_at_close_and_its_threads_end() throws IOException {
    ConfiguredRouter router = processes.open("git01");
    report();
    router.close();

    assertThat(client.sockets()).isEmpty();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(
                        thread ->
                            thread.getName().startsWith("gitaly-router-admin-io")
                                || thread.getName().startsWith("gitaly-router-admin-1")));
  }

  @Test
  void clients_ask_at_once_while_the_router_closes() throws IOException {
    ConfiguredRouter router = processes.open("git01");
    List<CompletableFuture<Void>> asking =
        IntStream.range(0, 4)
            .mapToObj(
                i ->
                    CompletableFuture.runAsync(
                        () -> {
                          try {
                            while (!client.sockets().isEmpty()) {
                              // A report, or the reason why there is none: never an exception.
                              client
                                  .reports()
                                  .forEach(
                                      a ->
                                          assertThat(a.value().isPresent())
                                              .isNotEqualTo(a.trouble().isPresent()));
                            }
                          } catch (IOException e) {
                            throw new UncheckedIOException(e);
                          }
                        }))
            .toList();
    assertThat(client.reports().get(0).value()).isPresent();
    router.close();

    assertThat(CompletableFuture.allOf(asking.toArray(CompletableFuture[]::new)))
        .succeedsWithin(PATIENCE);
  }

  @Test
  void who_and_why_are_needed() throws IOException {
    processes.open("git01");

    assertThat(client.forceLocal(new By("alice", " ")).get(0).trouble().orElse(""))
        .contains("actor.reason: empty");
    assertThat(report().forcedLocal()).isEmpty();
  }

  @Test
  void two_routers_of_one_name_in_a_process_are_refused() {
    processes.open("git01");

    assertThatThrownBy(() -> processes.open("git01")).hasMessageContaining("is there already");
    assertThat(processes.directory().resolve("git01-" + PID + ".sock")).exists();
  }

  @Test
  void no_secret_is_in_a_report() throws IOException {
    processes.open("git01");
    processes.write(100);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(report().generation()).isEqualTo(2));

    assertThat(report().toJson() + report()).doesNotContain(Processes.SECRET);
  }

  @Test
  void open_connections_are_those_of_this_process_to_these_ports() throws IOException {
    try (ServerSocket server = new ServerSocket(0);
        var one = new Socket(server.getInetAddress(), server.getLocalPort());
        var other = new Socket(server.getInetAddress(), server.getLocalPort())) {
      assertThat(one.isConnected() && other.isConnected()).isTrue();

      assertThat(OpenSockets.count(Path.of("/proc/self"), List.of(server.getLocalPort())))
          .extracting(HostReport.Sockets::count)
          .satisfies(
              counts -> assertThat(counts.stream().mapToInt(Integer::intValue).sum()).isEqualTo(2));
    }
  }
}
