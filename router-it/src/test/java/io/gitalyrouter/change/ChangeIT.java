package io.gitalyrouter.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitalyrouter.standin.SampleRepository;
import io.gitalyrouter.standin.StandInLaunch;
import io.gitalyrouter.standin.StandInProcess;
import io.gitalyrouter.standin.proto.MethodCount;
import io.gitalyrouter.worker.WorkerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole change as an operator makes it, with the commands alone: three worker processes, a
 * local server process and two network ones.
 */
@Timeout(180)
final class ChangeIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String SECRET = "a-secret-of-the-fleet";
  private static final List<String> HOSTS = List.of("git01", "git02", "git03");

  @TempDir private Path directory;

  private final List<AutoCloseable> running = new ArrayList<>();
  private final Map<String, WorkerProcess> workers = new TreeMap<>();
  private final List<StandInProcess> networks = new ArrayList<>();
  private final List<String> said = new ArrayList<>();
  private Path storage1;
  private Path storage2;
  private Path token;
  private Path config;
  private Path admin;
  private StandInProcess local;

  @BeforeEach
  void start() throws IOException {
    storage1 = Files.createDirectory(directory.resolve("s1"));
    storage2 = Files.createDirectory(directory.resolve("s2"));
    admin = Files.createDirectory(directory.resolve("adm"));
    SampleRepository.create(storage1, Files.createDirectory(directory.resolve("scratch")));
    token =
        Files.createFile(
            directory.resolve("token"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(token, SECRET);
    config = directory.resolve("router.yaml");
    local =
        server(
            StandInLaunch.in(Files.createDirectory(directory.resolve("l")))
                .withStorage("nfs-file01", storage1)
                .withStorage("nfs-file02", storage2)
                .withUnix());
  }

  @AfterEach
  void stop() throws Exception {
    for (int i = running.size() - 1; i >= 0; i--) {
      running.get(i).close();
    }
  }

  @Test
  void host_is_moved_watched_and_moved_back_with_the_commands_alone() throws Exception {
    startFleet("18.9.0");

    assertThat(ok("status", "--config", config.toString()).out()).contains(HOSTS);
    ok("precheck", "--host", "git01", "--expect-version", "18.9.0");
    assertThat(ok("plan", "enable", "--host", "git01").out())
        .contains("git01", "undo: gitaly-router disable --host git01");
    listRefs("git01");
    assertThat(networkCalls()).as("dark").isZero();

    assertThat(enable("git01").out()).contains("applied 1/1 hosts");
    awaitRoute("git01", "network");
    long before = networkCalls();
    listRefs("git01");
    listRefs("git02");
    assertThat(networkCalls()).as("git01 alone").isEqualTo(before + 1);
    assertThat(zero("git01").code()).as("its connections are open").isEqualTo(7);
    assertThat(zero("git01,git09").code()).as("traffic is worse than a silent host").isEqualTo(7);

    Executable.Result drill =
        run(
            "drill",
            "fault",
            "--storage",
            "nfs-file01",
            "--simulate",
            "unavailable",
            "--for",
            "30s",
            "--reason",
            "rehearsal");
    assertThat(drill.code()).as("git02 and git03 have no network side to harm").isEqualTo(4);
    assertThat(drill.out() + drill.err()).contains("1 of 3 processes");
    listRefs("git01");
    assertThat(networkCalls()).as("no call reached it in the drill").isEqualTo(before + 1);
    Executable.Result end =
        run("drill", "end", "--storage", "nfs-file01", "--reason", "seen enough");
    assertThat(end.code()).as(end.out() + end.err()).isIn(0, 4);

    assertThat(disable("git01").out()).contains("applied 1/1 hosts");
    ok("drain", "--wait", "30s", "--admin-dir", admin.toString());
    awaitRoute("git01", "local");
    before = networkCalls();
    listRefs("git01");
    assertThat(networkCalls()).as("nothing flows any more").isEqualTo(before);
    Executable.Result proved = zero("git01,git02,git03");
    assertThat(proved.code()).as(proved.out() + proved.err()).isZero();
    assertThat(proved.out()).contains("PROVED", "open sockets").contains(HOSTS);
    assertThat(zero("git01,git09").code()).as("git09 is not heard").isEqualTo(8);

    assertThat(ok("audit").out()).contains("enable --host git01", "disable --host git01", "trial");
    assertThat(ok("timeline", "--markdown").out()).contains("|", "enable --host git01");
    assertThat(said).noneMatch(text -> text.contains(SECRET));
  }

  @Test
  void wrong_version_on_the_nfs_hosts_is_refused_and_can_be_forced_with_a_reason()
      throws Exception {
    startFleet("18.8.3");
    String document = Files.readString(config);

    assertThat(run("precheck", "--host", "git01").code()).isEqualTo(1);
    ok("lock", "--reason", "mine");
    assertThat(run("precheck", "--host", "git01").check("PASS", "fleet", "no other change"))
        .as("one's own lock")
        .isNotEmpty();
    ok("unlock", "--reason", "mine");
    Executable.Result refused = enable("git01");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("the precheck objects", "same version", "--force");
    assertThat(Files.readString(config)).as("nothing was changed").isEqualTo(document);

    Executable.Result forced =
        ok("enable", "--host", "git01", "--force", "--reason", "known skew", "--wait", "30s");
    assertThat(forced.out()).contains("applied 1/1 hosts");
    assertThat(ok("audit").out()).contains("enable --host git01 --force", "known skew");
    ok("disable", "--host", "git01", "--reason", "rollback", "--wait", "30s");
  }

  @Test
  void kill_switch_needs_no_store() throws Exception {
    startFleet("18.9.0");
    enable("git01");
    awaitRoute("git01", "network");
    Executable storeless = new Executable(Map.of("GITALY_ROUTER_ETCD", "http://127.0.0.1:1"));

    Executable.Result killed =
        storeless.run(
            "disable",
            "--all",
            "--now",
            "--reason",
            "store is dead",
            "--admin-dir",
            admin.toString());
    assertThat(killed.code()).as(killed.out() + killed.err()).isZero();
    long before = networkCalls();
    listRefs("git01");
    assertThat(networkCalls()).isEqualTo(before);
    assertThat(run("status").out()).contains("store is dead");

    Executable.Result resumed =
        storeless.run("resume", "--reason", "it is back", "--admin-dir", admin.toString());
    assertThat(resumed.code()).as(resumed.out() + resumed.err()).isZero();
    awaitRoute("git01", "network");
    disable("git01");
    awaitRoute("git01", "local");
  }

  private Executable.Result enable(String host) throws Exception {
    return run("enable", "--host", host, "--reason", "trial", "--wait", "30s");
  }

  private Executable.Result disable(String host) throws Exception {
    return ok("disable", "--host", host, "--reason", "trial is over", "--wait", "30s");
  }

  private Executable.Result zero(String hosts) throws Exception {
    return run("verify-zero", "--window", "1s", "--host", hosts);
  }

  private Executable.Result ok(String... arguments) throws Exception {
    Executable.Result result = run(arguments);
    assertThat(result.code())
        .as("%s: %s%s", List.of(arguments), result.out(), result.err())
        .isZero();
    return result;
  }

  private Executable.Result run(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    if (List.of("status", "drill", "enable", "disable", "precheck", "verify-zero")
        .contains(arguments[0])) {
      all.addAll(List.of("--admin-dir", admin.toString()));
    }
    Executable.Result result =
        new Executable(Map.of("GITALY_ROUTER_CONFIG", config.toString()))
            .run(all.toArray(String[]::new));
    said.add(result.out());
    said.add(result.err());
    return result;
  }

  private void awaitRoute(String host, String route) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(
            () ->
                run("status", "--host", host, "--storage", "nfs-file01")
                    .out()
                    .lines()
                    .map(line -> line.replaceAll("\\s{2,}", " | "))
                    .anyMatch(
                        line ->
                            line.startsWith(host + " | ") && line.contains(" | " + route + " | ")));
  }

  private void listRefs(String host) throws Exception {
    WorkerProcess worker = Objects.requireNonNull(workers.get(host), host);
    Process git =
        new ProcessBuilder("git", "ls-remote", worker.gitUrl(SampleRepository.PATH))
            .redirectErrorStream(/* redirectErrorStream= */ true)
            .start();
    String text = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(git.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(git.exitValue()).as(text).isZero();
    assertThat(text).contains("refs/heads/main");
  }

  /** Calls that the network servers got, but for what routers and operators ask at any time. */
  private long networkCalls() {
    return networks.stream()
        .flatMap(server -> server.control().counters().getMethodsList().stream())
        .filter(count -> !count.getMethod().startsWith("grpc.health"))
        .filter(count -> !count.getMethod().endsWith("/ServerInfo"))
        .filter(count -> !count.getMethod().endsWith("/ListRefs"))
        .mapToLong(MethodCount::getStarted)
        .sum();
  }

  private void startFleet(String version) throws Exception {
    networks.add(server(network("n1", "nfs-file01", storage1, version)));
    networks.add(server(network("n2", "nfs-file02", storage2, version)));
    Files.writeString(config, document());
    for (String host : HOSTS) {
      WorkerProcess worker =
          WorkerProcess.start(
              new WorkerProcess.Launch(
                  host,
                  "nfs-file01",
                  config,
                  directory.resolve(host),
                  List.of("--admin-directory", admin.toString())),
              PATIENCE);
      running.add(worker);
      workers.put(host, worker);
    }
  }

  private StandInLaunch network(String name, String storage, Path root, String version)
      throws IOException {
    return StandInLaunch.in(Files.createDirectory(directory.resolve(name)))
        .withStorage(storage, root)
        .withTokenFile(token)
        .withServerVersion(version)
        .withTcp();
  }

  private StandInProcess server(StandInLaunch launch) throws IOException {
    StandInProcess process = StandInProcess.start(launch);
    running.add(process);
    return process;
  }

  private String document() {
    return String.format(
        Locale.ROOT,
        """
        version: 1
        storages:
          nfs-file01:
            local: { address: "%1$s" }
            network: { address: "%2$s", token_file: %4$s }
          nfs-file02:
            local: { address: "%1$s" }
            network: { address: "%3$s", token_file: %4$s }
        roles:
          network-gitaly: { route: network, storages: all }
        hosts:
          git01: { roles: [] }
          git02: { roles: [] }
          git03: { roles: [] }
        """,
        local.unixAddress(),
        networks.get(0).tcpAddress(),
        networks.get(1).tcpAddress(),
        token);
  }
}
