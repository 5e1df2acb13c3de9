package io.gitalyrouter.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.gitalyrouter.it.proto.BlobServiceGrpc;
import io.gitalyrouter.it.proto.GetBlobRequest;
import io.gitalyrouter.it.proto.GetBlobResponse;
import io.gitalyrouter.it.proto.OperationServiceGrpc;
import io.gitalyrouter.it.proto.RefExistsRequest;
import io.gitalyrouter.it.proto.RefExistsResponse;
import io.gitalyrouter.it.proto.RefServiceGrpc;
import io.gitalyrouter.it.proto.RefServiceGrpc.RefServiceBlockingStub;
import io.gitalyrouter.it.proto.User;
import io.gitalyrouter.it.proto.UserCreateBranchRequest;
import io.gitalyrouter.standin.proto.Answer;
import io.gitalyrouter.standin.proto.Fault;
import io.gitalyrouter.standin.proto.MethodCount;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What the control socket can make a server do, and what its counters say. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ServerFaultsIT {
  private static final String REF_EXISTS = "gitaly.RefService/RefExists";
  private static final String CREATE_BRANCH = "gitaly.OperationService/UserCreateBranch";
  private static final String GET_BLOB = "gitaly.BlobService/GetBlob";

  private final Dial dial = new Dial();
  private GitCli git;
  private StandInProcess server;
  private StandInControl control;
  private Channel channel;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    Path storage = Files.createDirectories(directory.resolve("storage"));
    git = SampleRepository.create(storage, directory).git();
    server =
        StandInProcess.start(
            StandInLaunch.in(directory).withStorage("default", storage).withUnix().withTcp());
    control = server.control();
    channel = dial.to(server.tcpAddress());
  }

  @AfterEach
  void clearFaults() {
    control.clearFaults();
  }

  @AfterAll
  void stop() {
    dial.close();
    server.close();
  }

  @Test
  void answered_fault_spares_the_handler_and_is_counted() {
    MethodCount before = control.count(REF_EXISTS);
    control.answer(REF_EXISTS, Status.RESOURCE_EXHAUSTED.withDescription("too much"));

    assertStatus(this::refExists, Status.Code.RESOURCE_EXHAUSTED, "too much");
    control.clearFaults();
    assertThat(refExists().getValue()).isTrue();

    MethodCount after = control.count(REF_EXISTS);
    assertThat(after.getStarted() - before.getStarted()).isEqualTo(2);
    assertThat(ended(after, "RESOURCE_EXHAUSTED") - ended(before, "RESOURCE_EXHAUSTED")).isOne();
    assertThat(ended(after, "OK") - ended(before, "OK")).isOne();
  }

  @Test
  void fraction_strikes_evenly_and_limit_ends_it() {
    long id =
        control.addFault(
            Fault.newBuilder()
                .setMethod("gitaly.RefService/*")
                .setFraction(0.5)
                .setLimit(2)
                .setAnswer(Answer.newBuilder().setMessage("struck"))
                .build());
    List<Boolean> struck = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      try {
        var unused = refExists();
        struck.add(false);
      } catch (StatusRuntimeException e) {
        assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        struck.add(true);
      }
    }

    assertThat(struck).containsExactly(false, true, false, true, false, false, false, false);
    assertThat(control.counters().getFaults(0).getId()).isEqualTo(id);
    assertThat(control.counters().getFaults(0).getStruck()).isEqualTo(2);
  }

  @Test
  void hanging_call_ends_at_the_clients_deadline_and_counts_as_cancelled() {
    long before = ended(control.count(REF_EXISTS), "CANCELLED");
    control.hang(REF_EXISTS);

    assertStatus(
        () -> refs().withDeadlineAfter(200, TimeUnit.MILLISECONDS).refExists(refExistsRequest()),
        Status.Code.DEADLINE_EXCEEDED,
        "");
    await()
        .untilAsserted(
            () -> assertThat(ended(control.count(REF_EXISTS), "CANCELLED") - before).isOne());
  }

  @Test
  void delayed_call_answers_correctly_and_not_before_the_delay() {
    var unused = refExists();
    control.delay(REF_EXISTS, Duration.ofMillis(300));

    long start = System.nanoTime();
    assertThat(refExists().getValue()).isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(299));
  }

  @Test
  void disabled_method_is_unimplemented() {
    control.disable(REF_EXISTS);

    assertStatus(this::refExists, Status.Code.UNIMPLEMENTED, "unknown method");
  }

  @Test
  void executed_then_failed_mutation_has_been_applied_once() throws Exception {
    control.executeThenFail(CREATE_BRANCH, Status.UNAVAILABLE.withDescription("lost"));

    assertStatus(() -> createBranch("lost", "call-lost"), Status.Code.UNAVAILABLE, "lost");

    assertThat(git.run("rev-parse", "refs/heads/lost")).isEqualTo(git.run("rev-parse", "main"));
    assertThat(server.executions().stream().filter(e -> e.callId().equals("call-lost")))
        .singleElement()
        .satisfies(e -> assertThat(e.status()).hasValue("OK"))
        .satisfies(e -> assertThat(e.method()).isEqualTo(CREATE_BRANCH))
        .satisfies(e -> assertThat(e.transport()).isEqualTo("tcp"));
  }

  @Test
  void repeated_mutation_has_two_executions_of_one_call() throws Exception {
    createBranch("again", "call-again");
    assertStatus(
        () -> createBranch("again", "call-again"), Status.Code.FAILED_PRECONDITION, "again");

    assertThat(server.executions().stream().filter(e -> e.callId().equals("call-again")))
        .extracting(e -> e.status().orElse(""))
        .containsExactly("OK", "FAILED_PRECONDITION");
  }

  @Test
  void broken_stream_has_its_first_messages_and_then_the_status() {
    control.breakAfter(GET_BLOB, 2, Status.UNAVAILABLE.withDescription("broken"));
    Iterator<GetBlobResponse> answer =
        BlobServiceGrpc.newBlockingStub(channel)
            .getBlob(
                GetBlobRequest.newBuilder()
                    .setRepository(SampleRepository.message("default"))
                    .setOid(git.run("rev-parse", "main:big"))
                    .setLimit(-1)
                    .build());

    assertThat(answer.next().getSize()).isEqualTo(SampleRepository.BIG_BLOB);
    assertThat(answer.next().getData().size()).isPositive();
    assertStatus(answer::next, Status.Code.UNAVAILABLE, "broken");
  }

  @Test
  void refusing_server_cuts_connections_and_comes_back_at_the_same_address() {
    var unused = refExists();
    assertThat(control.connections("tcp").getOpen()).isPositive();

    control.refuse(/* graceful= */ false);
    assertStatus(this::refExists, Status.Code.UNAVAILABLE, "");
    assertThat(Files.exists(server.unixSocket())).isFalse();
    await().untilAsserted(() -> assertThat(control.connections("tcp").getOpen()).isZero());

    control.accept();
    assertThat(refs().withWaitForReady().refExists(refExistsRequest()).getValue()).isTrue();
    assertThat(Files.exists(server.unixSocket())).isTrue();
  }

  @Test
  void connections_are_counted_by_transport() {
    long before = control.connections("unix").getAccepted();
    try (Dial other = new Dial()) {
      var unused =
          RefServiceGrpc.newBlockingStub(other.to(server.unixAddress()))
              .refExists(refExistsRequest());
      assertThat(control.connections("unix").getAccepted() - before).isOne();
    }
    await().untilAsserted(() -> assertThat(control.connections("unix").getOpen()).isZero());
  }

  private RefServiceBlockingStub refs() {
    return RefServiceGrpc.newBlockingStub(channel);
  }

  private RefExistsResponse refExists() {
    return refs().refExists(refExistsRequest());
  }

  private static RefExistsRequest refExistsRequest() {
    return RefExistsRequest.newBuilder()
        .setRepository(SampleRepository.message("default"))
        .setRef(ByteString.copyFromUtf8("refs/heads/main"))
        .build();
  }

  private void createBranch(String name, String callId) {
    var unused =
        OperationServiceGrpc.newBlockingStub(Dial.withCallId(channel, callId))
            .userCreateBranch(
                UserCreateBranchRequest.newBuilder()
                    .setRepository(SampleRepository.message("default"))
                    .setBranchName(ByteString.copyFromUtf8(name))
                    .setUser(User.newBuilder().setGlId("user-1"))
                    .setStartPoint(ByteString.copyFromUtf8("main"))
                    .build());
  }

  private static long ended(MethodCount count, String status) {
    return count.getEndedOrDefault(status, 0);
  }

  private static void assertStatus(ThrowingCallable call, Status.Code code, String text) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class, e -> assertThat(e.getStatus().getCode()).isEqualTo(code))
        .hasMessageContaining(text);
  }
}
