package io.gitalyrouter.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitalyrouter.experiment.ConfigFile;
import io.gitalyrouter.experiment.Git;
import io.gitalyrouter.standin.StandInLaunch;
import io.gitalyrouter.standin.StandInProcess;
import io.gitalyrouter.worker.proto.ReadStatusRequest;
import io.gitalyrouter.worker.proto.StorageState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stock git client through a worker, on each route and while the role comes and goes. */
final class WorkerGitIT {
  private static final String STORAGE = "nfs-file01";
  private static final String HOST = "git01";
  private static final String REPOSITORY = "group/project.git";
  private static final String UPLOAD_PACK = "gitaly.SSHService/SSHUploadPack";
  private static final String RECEIVE_PACK = "gitaly.SSHService/SSHReceivePack";
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int ROUNDS_WHILE_TOGGLING = 12;

  @TempDir Path directory = Path.of("");

  private Path repository = Path.of("");
  private StandInProcess local;
  private StandInProcess network;
  private ConfigFile config;
  private WorkerProcess worker;

  @BeforeEach
  void start() throws IOException, InterruptedException, TimeoutException {
    Path storage = Files.createDirectory(directory.resolve("storage"));
    repository = storage.resolve(REPOSITORY);
    makeRepository();
    Path token =
        Files.createFile(
            directory.resolve("token"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(token, "a secret for this test");
    local =
        StandInProcess.start(
            StandInLaunch.in(Files.createDirectory(directory.resolve("l")))
                .withStorage(STORAGE, storage)
                .withUnix());
    network =
        StandInProcess.start(
            StandInLaunch.in(Files.createDirectory(directory.resolve("n")))
                .withStorage(STORAGE, storage)
                .withTokenFile(token)
                .withTcp());
    config =
        new ConfigFile(
            directory.resolve("router.yaml"),
            STORAGE,
            local.unixAddress(),
            network.tcpAddress(),
            token);
    role(/* on= */ false);
    worker =
        WorkerProcess.start(
            new WorkerProcess.Launch(
                HOST, STORAGE, config.path(), directory.resolve("w"), List.of("--metrics-port=0")),
            PATIENCE);
  }

  @AfterEach
  void stop() {
    if (worker != null) {
      worker.close();
    }
    if (network != null) {
      network.close();
    }
    if (local != null) {
      local.close();
    }
  }

  @Test
  void clone_fetch_and_push_work_on_the_local_route() throws Exception {
    cloneFetchAndPush("a");

    assertThat(local.control().count(UPLOAD_PACK).getStarted()).isPositive();
    assertThat(local.control().count(RECEIVE_PACK).getStarted()).isPositive();
    assertThat(network.control().counters().getMethodsList())
        .as("without the role the network side stays dark")
        .isEmpty();
  }

  @Test
  void clone_fetch_and_push_work_on_the_network_route() throws Exception {
    role(/* on= */ true);
    awaitReady();

    cloneFetchAndPush("a");

    assertThat(network.control().count(UPLOAD_PACK).getStarted()).isPositive();
    assertThat(network.control().count(RECEIVE_PACK).getStarted()).isPositive();
    assertThat(local.control().count(UPLOAD_PACK).getStarted()).isZero();
    assertThat(local.control().count(RECEIVE_PACK).getStarted()).isZero();
  }

  @Test
  void clone_fetch_and_push_work_while_the_role_is_toggled_every_100_ms() throws Exception {
    AtomicInteger toggles = new AtomicInteger();
    ScheduledExecutorService toggler = Executors.newSingleThreadScheduledExecutor();
    ScheduledFuture<?> toggling =
        toggler.scheduleAtFixedRate(
            () -> role(/* on= */ toggles.incrementAndGet() % 2 == 1),
            0,
            100,
            TimeUnit.MILLISECONDS);
    try {
      for (int round = 0; round < ROUNDS_WHILE_TOGGLING; round++) {
        cloneFetchAndPush("round-" + round);
      }
      assertThat(toggling.isDone()).as("an edit failed, and ended the toggling").isFalse();
    } finally {
      toggling.cancel(/* mayInterruptIfRunning= */ false);
      toggler.shutdown();
      assertThat(toggler.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(toggles.get()).isGreaterThan(20);
    assertThat(network.control().count(UPLOAD_PACK).getStarted()).isPositive();
    assertThat(local.control().count(UPLOAD_PACK).getStarted()).isPositive();
    assertThat(local.executions().size() + network.executions().size())
        .as("every push ran once")
        .isEqualTo(ROUNDS_WHILE_TOGGLING);
  }

  @Test
  void failure_reaches_the_client_as_a_message() throws Exception {
    Git.Result result =
        Git.attempt(directory, "clone", "-q", worker.gitUrl("group/absent.git"), "absent");

    assertThat(result.exitCode()).isNotZero();
    assertThat(result.error()).contains("remote error: NOT_FOUND");

    Git.Result archive =
        Git.attempt(directory, "archive", "--remote", worker.gitUrl(REPOSITORY), "HEAD");

    assertThat(archive.exitCode()).isNotZero();
    assertThat(archive.error()).contains("git-upload-archive\" is not served here");
  }

  private void cloneFetchAndPush(String name) throws IOException, InterruptedException {
    Path bare = directory.resolve(name + ".git");
    Git.run(directory, "clone", "-q", "--mirror", url(), bare.toString());
    assertSame(bare);

    Path work = directory.resolve(name);
    Git.run(directory, "clone", "-q", url(), work.toString());
    write(work.resolve(name + ".bin"), 700_000, name.hashCode());
    Git.run(work, "add", ".");
    Git.run(work, "commit", "-q", "-m", "Add " + name);
    Git.run(work, "push", "-q", "origin", "HEAD:refs/heads/" + name);
    assertThat(Git.refs(repository))
        .containsEntry("refs/heads/" + name, Git.run(work, "rev-parse", "HEAD"));

    Git.run(bare, "fetch", "-q", "--prune");
    assertSame(bare);
    assertThat(Git.attempt(repository, "fsck", "--full", "--strict"))
        .isEqualTo(new Git.Result(0, "", ""));
  }

  private void assertSame(Path mirror) throws IOException, InterruptedException {
    assertThat(Git.run(mirror, "for-each-ref")).isEqualTo(Git.run(repository, "for-each-ref"));
    assertThat(Git.run(directory, "ls-remote", url()))
        .isEqualTo(Git.run(directory, "ls-remote", repository.toString()));
    assertThat(Git.attempt(mirror, "fsck", "--full", "--strict"))
        .as("fsck is silent")
        .isEqualTo(new Git.Result(0, "", ""));
  }

  private String url() {
    return worker.gitUrl(REPOSITORY);
  }

  private void role(boolean on) {
    try {
      config.giveRole(List.of(HOST), on ? List.of(HOST) : List.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Connected is not enough: calls are local until both sides have said what they serve. */
  private void awaitReady() {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              StorageState state =
                  worker
                      .control()
                      .readStatus(ReadStatusRequest.getDefaultInstance())
                      .getStorages(0);
              return state.getNetworkState().equals("READY") && state.getObstacle().isEmpty();
            });
  }

  /** Several branches, an annotated tag, and more content than fits into a few messages. */
  private void makeRepository() throws IOException, InterruptedException {
    Path work = Files.createDirectory(directory.resolve("origin"));
    Git.run(work, "init", "-q", "-b", "main");
    for (int i = 0; i < 8; i++) {
      Files.writeString(
          work.resolve("file-" + i + ".txt"), "text " + i + "\n", StandardCharsets.UTF_8);
      write(work.resolve("file-" + i + ".bin"), 250_000, i);
      Git.run(work, "add", ".");
      Git.run(work, "commit", "-q", "-m", "Change " + i);
      Git.run(work, "branch", "branch-" + i);
    }
    Git.run(work, "tag", "-a", "-m", "A tag", "v1");
    Files.createDirectories(repository.resolveSibling("."));
    Git.run(
        directory, "clone", "-q", "--mirror", "--no-local", work.toString(), repository.toString());
    Git.run(repository, "remote", "remove", "origin");
  }

  /** Bytes that do not compress, the same in every run. */
  private static void write(Path file, int size, int seed) throws IOException {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    Files.write(file, bytes);
  }
}
