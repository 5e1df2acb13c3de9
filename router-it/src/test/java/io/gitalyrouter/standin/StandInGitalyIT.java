package io.gitalyrouter.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.gitalyrouter.it.proto.CreateRepositoryRequest;
import io.gitalyrouter.it.proto.ObjectFormat;
import io.gitalyrouter.it.proto.ObjectFormatRequest;
import io.gitalyrouter.it.proto.OperationServiceGrpc;
import io.gitalyrouter.it.proto.RefExistsRequest;
import io.gitalyrouter.it.proto.RefServiceGrpc;
import io.gitalyrouter.it.proto.Repository;
import io.gitalyrouter.it.proto.RepositoryExistsRequest;
import io.gitalyrouter.it.proto.RepositoryServiceGrpc;
import io.gitalyrouter.it.proto.RepositorySizeRequest;
import io.gitalyrouter.it.proto.ServerInfoRequest;
import io.gitalyrouter.it.proto.ServerServiceGrpc;
import io.gitalyrouter.it.proto.User;
import io.gitalyrouter.it.proto.UserCreateBranchRequest;
import io.gitalyrouter.it.proto.WriteRefRequest;
import io.gitalyrouter.standin.storage.FilesystemId;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real process over both transports: itself, whole repositories, and changes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StandInGitalyIT {
  private static final String UNIX = "unix";
  private static final String TCP = "tcp";

  private final Dial dial = new Dial();
  private final Repository sample = SampleRepository.message("default");
  private Path storage;
  private GitCli git;
  private StandInProcess server;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    storage = Files.createDirectories(directory.resolve("storage"));
    git = SampleRepository.create(storage, directory).git();
    server =
        StandInProcess.start(
            StandInLaunch.in(directory).withStorage("default", storage).withUnix().withTcp());
  }

  @AfterAll
  void stop() {
    dial.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {UNIX, TCP})
  void server_info_names_version_and_file_system(String transport) {
    var answer =
        ServerServiceGrpc.newBlockingStub(channel(transport))
            .serverInfo(ServerInfoRequest.getDefaultInstance());

    assertThat(answer.getServerVersion()).isEqualTo("18.9.0");
    assertThat(answer.getStorageStatusesList()).hasSize(1);
    var status = answer.getStorageStatuses(0);
    assertThat(status.getStorageName()).isEqualTo("default");
    assertThat(status.getReadable()).isTrue();
    assertThat(status.getFilesystemId()).isNotEmpty().isEqualTo(FilesystemId.read(storage));
  }

  @ParameterizedTest
  @ValueSource(strings = {UNIX, TCP})
  void health_check_of_the_whole_server_is_serving(String transport) {
    var health = HealthGrpc.newBlockingStub(channel(transport));

    assertThat(health.check(HealthCheckRequest.getDefaultInstance()).getStatus())
        .isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
    assertStatus(
        () -> health.check(HealthCheckRequest.newBuilder().setService("none").build()),
        Status.Code.NOT_FOUND,
        "");
  }

  @ParameterizedTest
  @ValueSource(strings = {UNIX, TCP})
  void missing_things_have_gitalys_codes_and_texts(String transport) {
    var refs = RefServiceGrpc.newBlockingStub(channel(transport));
    Function<Repository, ThrowingCallable> asking =
        repository ->
            () ->
                refs.refExists(
                    RefExistsRequest.newBuilder()
                        .setRepository(repository)
                        .setRef(ByteString.copyFromUtf8("refs/heads/main"))
                        .build());

    assertStatus(
        asking.apply(Repository.getDefaultInstance()),
        Status.Code.INVALID_ARGUMENT,
        "repository not set");
    assertStatus(
        asking.apply(at("other", "a.git")), Status.Code.INVALID_ARGUMENT, "storage name not found");
    assertStatus(
        asking.apply(at("default", "../a.git")),
        Status.Code.INVALID_ARGUMENT,
        "relative path escapes root directory");
    assertStatus(
        asking.apply(at("default", "none.git")), Status.Code.NOT_FOUND, "repository not found");
    assertStatus(
        asking.apply(at("default", "group")),
        Status.Code.FAILED_PRECONDITION,
        "repository not valid");
  }

  @ParameterizedTest
  @ValueSource(strings = {UNIX, TCP})
  void repository_exists_size_and_format_are_those_on_disk(String transport) {
    var repositories = RepositoryServiceGrpc.newBlockingStub(channel(transport));

    assertThat(exists(transport, sample)).isTrue();
    assertThat(exists(transport, at("default", "none.git"))).isFalse();
    assertThat(
            repositories
                .repositorySize(RepositorySizeRequest.newBuilder().setRepository(sample).build())
                .getSize())
        .isGreaterThan(SampleRepository.BIG_BLOB / 1024)
        .isLessThan(10 * SampleRepository.BIG_BLOB / 1024);
    assertThat(
            repositories
                .objectFormat(ObjectFormatRequest.newBuilder().setRepository(sample).build())
                .getFormat())
        .isEqualTo(ObjectFormat.OBJECT_FORMAT_SHA1);
  }

  @ParameterizedTest
  @ValueSource(strings = {UNIX, TCP})
  void created_repository_is_one_that_git_can_use(String transport) {
    Repository created = at("default", "new/" + transport + ".git");
    var repositories = RepositoryServiceGrpc.newBlockingStub(channel(transport));
    CreateRepositoryRequest request =
        CreateRepositoryRequest.newBuilder()
            .setRepository(created)
            .setDefaultBranch(ByteString.copyFromUtf8("trunk"))
            .build();
    var unused = repositories.createRepository(request);

    GitCli there = new GitCli(storage.resolve(created.getRelativePath()));
    assertThat(there.run("symbolic-ref", "HEAD")).isEqualTo("refs/heads/trunk");
    assertThat(there.run("rev-parse", "--is-bare-repository")).isEqualTo("true");
    assertThat(there.run("fsck")).isEmpty();
    assertStatus(
        () -> repositories.createRepository(request), Status.Code.ALREADY_EXISTS, "exists");
  }

  @ParameterizedTest
  @ValueSource(strings = {UNIX, TCP})
  void written_reference_is_where_git_finds_it(String transport) {
    var repositories = RepositoryServiceGrpc.newBlockingStub(channel(transport));
    String ref = "refs/heads/written-" + transport;
    String main = git.run("rev-parse", "main");
    String before = git.run("rev-parse", "main~1");

    var created = repositories.writeRef(writeRef(ref, "main", "0".repeat(40)));
    assertThat(git.run("rev-parse", ref)).isEqualTo(main);
    assertStatus(
        () -> repositories.writeRef(writeRef(ref, "main~1", "side")), Status.Code.ABORTED, ref);
    assertThat(git.run("rev-parse", ref)).isEqualTo(main);
    var moved = repositories.writeRef(writeRef(ref, before, main));
    assertThat(git.run("rev-parse", ref)).isEqualTo(before);
    var removed = repositories.writeRef(writeRef(ref, "0".repeat(40), ""));
    assertThat(git.lines("for-each-ref", ref)).isEmpty();
    assertThat(List.of(created, moved, removed)).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {UNIX, TCP})
  void branch_is_created_once(String transport) {
    var operations = OperationServiceGrpc.newBlockingStub(channel(transport));
    UserCreateBranchRequest request =
        UserCreateBranchRequest.newBuilder()
            .setRepository(sample)
            .setBranchName(ByteString.copyFromUtf8("created-" + transport))
            .setUser(User.newBuilder().setGlId("user-1"))
            .setStartPoint(ByteString.copyFromUtf8("side"))
            .build();

    assertThat(operations.userCreateBranch(request).getBranch().getTargetCommit().getId())
        .isEqualTo(git.run("rev-parse", "created-" + transport));
    assertStatus(
        () -> operations.userCreateBranch(request),
        Status.Code.FAILED_PRECONDITION,
        "Could not update");
    assertStatus(
        () ->
            operations.userCreateBranch(
                request.toBuilder()
                    .setBranchName(ByteString.copyFromUtf8("other"))
                    .setStartPoint(ByteString.copyFromUtf8("none"))
                    .build()),
        Status.Code.FAILED_PRECONDITION,
        "revspec 'none' not found");
  }

  private Channel channel(String transport) {
    return dial.to(transport.equals(UNIX) ? server.unixAddress() : server.tcpAddress());
  }

  private boolean exists(String transport, Repository repository) {
    return RepositoryServiceGrpc.newBlockingStub(channel(transport))
        .repositoryExists(RepositoryExistsRequest.newBuilder().setRepository(repository).build())
        .getExists();
  }

  private WriteRefRequest writeRef(String ref, String revision, String oldRevision) {
    return WriteRefRequest.newBuilder()
        .setRepository(sample)
        .setRef(ByteString.copyFromUtf8(ref))
        .setRevision(ByteString.copyFromUtf8(revision))
        .setOldRevision(ByteString.copyFromUtf8(oldRevision))
        .build();
  }

  private static Repository at(String storage, String path) {
    return Repository.newBuilder().setStorageName(storage).setRelativePath(path).build();
  }

  private static void assertStatus(ThrowingCallable call, Status.Code code, String text) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class, e -> assertThat(e.getStatus().getCode()).isEqualTo(code))
        .hasMessageContaining(text);
  }
}
