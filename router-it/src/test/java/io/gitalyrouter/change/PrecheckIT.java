package io.gitalyrouter.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.standin.SampleRepository;
import io.gitalyrouter.standin.StandInLaunch;
import io.gitalyrouter.standin.StandInProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The executable's precheck of a local server process and two network ones. */
@Timeout(180)
final class PrecheckIT {
  private static final String SECRET = "a-secret-of-the-fleet";

  @TempDir private Path directory;

  private final List<StandInProcess> running = new ArrayList<>();
  private Path storage1;
  private Path storage2;
  private Path token;
  private StandInProcess local;

  @BeforeEach
  void start() throws IOException {
    storage1 = Files.createDirectory(directory.resolve("s1"));
    storage2 = Files.createDirectory(directory.resolve("s2"));
    SampleRepository.create(storage1, Files.createDirectory(directory.resolve("scratch")));
    token =
        Files.createFile(
            directory.resolve("token"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(token, SECRET);
    local =
        launch(
            StandInLaunch.in(Files.createDirectory(directory.resolve("l")))
                .withStorage("nfs-file01", storage1)
                .withStorage("nfs-file02", storage2)
                .withUnix());
  }

  @AfterEach
  void stop() {
    running.forEach(StandInProcess::close);
  }

  @Test
  void servers_of_2017_are_found_and_the_right_ones_pass() throws Exception {
    StandInProcess first = network("n1", "nfs-file01", storage1, "18.9.0");
    StandInProcess old = network("n2", "nfs-file02", storage2, "18.8.3");
    Executable command = command(document(first.tcpAddress(), old.tcpAddress()));

    Executable.Result wrong = precheck(command, "--expect-version", "18.9.0");
    assertThat(wrong.code()).as(wrong.out() + wrong.err()).isEqualTo(1);
    assertThat(wrong.check("FAIL", "nfs-file02 network", "version"))
        .contains("18.8.3, expected 18.9.0", "before any host has the role");
    assertThat(wrong.check("FAIL", "nfs-file02", "same version"))
        .contains("local 18.9.0, network 18.8.3");
    assertThat(wrong.check("FAIL", "fleet", "one version")).isNotEmpty();
    assertThat(wrong.check("PASS", "nfs-file01", "same refs")).contains("refs of group/sample.git");

    StandInProcess upgraded = network("n3", "nfs-file02", storage2, "18.9.0");
    Executable next = command(document(first.tcpAddress(), upgraded.tcpAddress()));
    Executable.Result right = precheck(next, "--expect-version", "18.9.0");
    assertThat(right.code()).as(right.out() + right.err()).isZero();
    assertThat(right.out()).contains("0 failed");
    assertThat(right.check("PASS", "nfs-file02 network", "clock")).contains("within 5 s");
    assertThat(wrong.out() + wrong.err() + right.out() + right.err()).doesNotContain(SECRET);
    assertThat(precheck(next, "--output", "json").out()).contains("\"passed\": true");
  }

  @Test
  void dead_frozen_and_unmounted_servers_fail_in_time() throws Exception {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    StandInProcess first = network("n1", "nfs-file01", storage1, "18.9.0");
    StandInProcess unmounted = network("n2", "nfs-file02", empty, "18.9.0");
    Executable command = command(document(first.tcpAddress(), unmounted.tcpAddress()));

    first.kill();
    Executable.Result dead = precheck(command, "--timeout", "2s");
    assertThat(dead.code()).isEqualTo(1);
    assertThat(dead.check("FAIL", "nfs-file01 network", "connect")).contains(first.tcpAddress());
    assertThat(dead.check("FAIL", "nfs-file02", "same filesystem_id"))
        .contains("two different file systems");

    first.restart();
    first.freeze();
    Executable.Result frozen = precheck(command, "--timeout", "2s", "--storage", "nfs-file01");
    assertThat(frozen.code()).isEqualTo(1);
    assertThat(frozen.check("FAIL", "nfs-file01 network", "connect")).isNotEmpty();
    assertThat(frozen.check("PASS", "nfs-file01 local", "health")).contains("SERVING");

    first.thaw();
    local.kill();
    Executable.Result noWayBack = precheck(command, "--storage", "nfs-file01");
    assertThat(noWayBack.code()).as("without the local side there is no way back").isEqualTo(1);
    assertThat(noWayBack.check("FAIL", "nfs-file01 local", "connect")).isNotEmpty();
  }

  private static Executable.Result precheck(Executable command, String... more)
      throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "precheck",
                "--host",
                "git01",
                "--probe-repository",
                "nfs-file01:" + SampleRepository.PATH));
    arguments.addAll(Arrays.asList(more));
    return command.run(arguments.toArray(String[]::new));
  }

  private Executable command(String document) throws IOException {
    Path file = Files.writeString(directory.resolve("router.yaml"), document);
    return new Executable(Map.of("GITALY_ROUTER_CONFIG", file.toString()));
  }

  private StandInProcess network(String name, String storage, Path root, String version)
      throws IOException {
    return launch(
        StandInLaunch.in(Files.createDirectory(directory.resolve(name)))
            .withStorage(storage, root)
            .withTokenFile(token)
            .withServerVersion(version)
            .withTcp());
  }

  private StandInProcess launch(StandInLaunch launch) throws IOException {
    StandInProcess process = StandInProcess.start(launch);
    running.add(process);
    return process;
  }

  private String document(String first, String second) {
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
        """,
        local.unixAddress(),
        first,
        second,
        token);
  }
}
