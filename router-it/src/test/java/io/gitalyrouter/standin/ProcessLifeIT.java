package io.gitalyrouter.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.gitalyrouter.it.proto.OperationServiceGrpc;
import io.gitalyrouter.it.proto.RefExistsRequest;
import io.gitalyrouter.it.proto.RefServiceGrpc;
import io.gitalyrouter.it.proto.Repository;
import io.gitalyrouter.it.proto.RepositoryServiceGrpc;
import io.gitalyrouter.it.proto.ServerInfoRequest;
import io.gitalyrouter.it.proto.ServerServiceGrpc;
import io.gitalyrouter.it.proto.User;
import io.gitalyrouter.it.proto.UserCreateBranchRequest;
import io.gitalyrouter.it.proto.WriteRefRequest;
import io.gitalyrouter.standin.journal.JournalFile;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that share a directory, are killed, frozen and started again. */
final class ProcessLifeIT {
  private static final int ROUNDS = 20;

  private final Repository sample = SampleRepository.message("default");
  private final List<AutoCloseable> toClose = new ArrayList<>();
  private final Dial dial = new Dial();

  @TempDir private Path directory;
  private Path storage;
  private SampleRepository repository;

  @BeforeEach
  void prepare() throws IOException {
    storage = Files.createDirectories(directory.resolve("storage"));
    repository = SampleRepository.create(storage, directory);
  }

  @AfterEach
  void end() throws Exception {
    dial.close();
    for (AutoCloseable closeable : toClose) {
      closeable.close();
    }
  }

  @Test
  void two_servers_on_one_directory_have_one_id_and_see_each_others_writes() throws Exception {
    StandInProcess first = start(launch("a"));
    StandInProcess second = start(launch("b"));
    Channel one = dial.to(first.unixAddress());
    Channel other = dial.to(second.unixAddress());

    assertThat(filesystemId(one)).isNotEmpty().isEqualTo(filesystemId(other));
    for (int i = 0; i < ROUNDS; i++) {
      String ref = "refs/heads/shared-" + i;
      Channel writer = i % 2 == 0 ? one : other;
      Channel reader = i % 2 == 0 ? other : one;
      assertThat(refExists(reader, ref)).isFalse();
      if (i == ROUNDS / 2) {
        // Packed references are found by another way than loose ones.
        repository.git().run("pack-refs", "--all");
      }
      createBranch(writer, "shared-" + i, "call-" + i);
      assertThat(refExists(reader, ref)).as(ref).isTrue();
    }
    assertThat(first.executions().size() + second.executions().size()).isEqualTo(ROUNDS);
  }

  @Test
  void killed_server_loses_no_line_of_its_ledger() throws Exception {
    StandInProcess server = start(launch("a").withTcp());
    int port = server.tcpPort();
    Channel channel = dial.to(server.tcpAddress());
    server.control().executeThenFail("", Status.UNAVAILABLE);
    for (int i = 0; i < ROUNDS; i++) {
      int number = i;
      assertThatThrownBy(() -> createBranch(channel, "killed-" + number, "call-" + number))
          .isInstanceOf(StatusRuntimeException.class);
    }

    server.kill();

    assertThat(server.isAlive()).isFalse();
    assertThat(server.executions()).extracting(JournalFile.Entry::callId).hasSize(ROUNDS);
    assertThat(server.executions()).allMatch(e -> e.status().equals(Optional.of("OK")));
    assertThat(server.calls()).hasSize(ROUNDS);
    long pid = server.pid();
    server.restart();
    assertThat(server.pid()).isNotEqualTo(pid);
    assertThat(server.tcpPort()).isEqualTo(port);
    assertThat(refExists(dial.to(server.tcpAddress()), "refs/heads/killed-0")).isTrue();
    assertThat(server.executions()).hasSize(ROUNDS);
    assertThat(server.calls()).hasSize(ROUNDS + 1);
  }

  @Test
  void frozen_server_is_silent_until_it_is_thawed() throws Exception {
    StandInProcess server = start(launch("a"));
    Channel channel = dial.to(server.unixAddress());
    assertThat(refExists(channel, "refs/heads/main")).isTrue();

    server.freeze();
    assertThatThrownBy(
            () ->
                RefServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(300, TimeUnit.MILLISECONDS)
                    .refExists(request("refs/heads/main")))
        .hasMessageContaining("DEADLINE_EXCEEDED");
    assertThat(server.isAlive()).isTrue();
    server.thaw();

    assertThat(refExists(channel, "refs/heads/main")).isTrue();
  }

  @Test
  void stopped_server_lets_a_running_call_end_and_removes_its_socket() throws Exception {
    StandInProcess server = start(launch("a"));
    Channel channel = dial.to(server.unixAddress());
    var unused = server.control().delay("", Duration.ofMillis(500));
    var running = RefServiceGrpc.newFutureStub(channel).refExists(request("refs/heads/main"));
    await()
        .untilAsserted(
            () ->
                assertThat(server.control().count("gitaly.RefService/RefExists").getStarted())
                    .isOne());

    server.stop();

    assertThat(running.get(10, TimeUnit.SECONDS).getValue()).isTrue();
    assertThat(server.isAlive()).isFalse();
    assertThat(Files.exists(server.unixSocket())).isFalse();
  }

  @Test
  void server_with_a_token_turns_others_away_but_lets_health_checks_pass() throws Exception {
    Path token = Files.writeString(directory.resolve("token"), "foo\n");
    StandInProcess server = start(launch("a").withTokenFile(token));
    Channel channel = dial.to(server.unixAddress());

    assertThatThrownBy(() -> refExists(channel, "refs/heads/main"))
        .hasMessageContaining("UNAUTHENTICATED: authentication required");
    Metadata old = new Metadata();
    old.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer v2.3346cb25ecdb928defd368e7390522a86764bbdf1e8b21aaef27c4c23ec9c899.1535671615");
    assertThatThrownBy(
            () ->
                RefServiceGrpc.newBlockingStub(channel)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(old))
                    .refExists(request("refs/heads/main")))
        .hasMessageContaining("PERMISSION_DENIED: permission denied: token has expired");
    assertThat(
            HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatusValue())
        .isOne();
  }

  @Test
  void server_with_a_certificate_speaks_tls_and_counts_it_as_such() throws Exception {
    TestCertificate pair = TestCertificate.create(directory);
    StandInProcess server = start(launch("a").withTls(pair.certificate(), pair.key()));
    Channel channel = dial.toTls(server.tlsAddress(), pair.certificate());

    assertThat(refExists(channel, "refs/heads/main")).isTrue();
    assertThat(server.control().connections("tls").getAccepted()).isOne();
    assertThat(server.calls()).extracting(JournalFile.Entry::transport).containsExactly("tls");
  }

  @Test
  void write_ref_is_executed_once_for_each_call() throws Exception {
    StandInProcess server = start(launch("a"));
    Channel channel = dial.to(server.unixAddress());
    for (int i = 0; i < 3; i++) {
      var unused =
          RepositoryServiceGrpc.newBlockingStub(Dial.withCallId(channel, "write-" + i))
              .writeRef(
                  WriteRefRequest.newBuilder()
                      .setRepository(sample)
                      .setRef(ByteString.copyFromUtf8("refs/heads/w" + i))
                      .setRevision(ByteString.copyFromUtf8("main"))
                      .build());
    }

    assertThat(server.executions())
        .extracting(JournalFile.Entry::callId)
        .containsExactly("write-0", "write-1", "write-2");
    assertThat(server.control().counters().getExecutionsStarted()).isEqualTo(3);
    assertThat(server.control().counters().getExecutionsEnded()).isEqualTo(3);
  }

  private StandInLaunch launch(String name) throws IOException {
    Path own = Files.createDirectories(directory.resolve(name));
    return StandInLaunch.in(own).withStorage("default", storage).withUnix();
  }

  private StandInProcess start(StandInLaunch launch) throws IOException {
    StandInProcess process = StandInProcess.start(launch);
    toClose.add(process);
    return process;
  }

  private static String filesystemId(Channel channel) {
    return ServerServiceGrpc.newBlockingStub(channel)
        .serverInfo(ServerInfoRequest.getDefaultInstance())
        .getStorageStatuses(0)
        .getFilesystemId();
  }

  private boolean refExists(Channel channel, String ref) {
    return RefServiceGrpc.newBlockingStub(channel).refExists(request(ref)).getValue();
  }

  private RefExistsRequest request(String ref) {
    return RefExistsRequest.newBuilder()
        .setRepository(sample)
        .setRef(ByteString.copyFromUtf8(ref))
        .build();
  }

  private void createBranch(Channel channel, String name, String callId) {
    var unused =
        OperationServiceGrpc.newBlockingStub(Dial.withCallId(channel, callId))
            .userCreateBranch(
                UserCreateBranchRequest.newBuilder()
                    .setRepository(sample)
                    .setBranchName(ByteString.copyFromUtf8(name))
                    .setUser(User.newBuilder().setGlId("user-1"))
                    .setStartPoint(ByteString.copyFromUtf8("main"))
                    .build());
  }
}
