package io.gitalyrouter.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gitalyrouter.history.RouterWatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing is left of a process that has a cluster and is ended from outside. */
@DockerTest
final class AbandonedClusterIT {
  private static final Duration START = Duration.ofSeconds(90);
  private static final Duration GONE = Duration.ofSeconds(30);
  private static final int INT = 2;

  private @Nullable Process process;

  @AfterEach
  void stop() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"KILL", "INT"})
  void nothing_is_left_of_a_cluster_whose_owner_is_ended(String signal) throws Exception {
    assumeTrue(!signal.equals("INT") || !isIgnored(INT), "this process was told to ignore it");
    Process owner = startCluster(signal);
    Belongings belongings = Belongings.of(Owner.of(owner.toHandle()));
    assertThat(belongings.all().stream().map(line -> line.split(" ", 2)[0]).distinct())
        .contains("container", "volume", "network", "image", "directory");
    assertThat(belongings.all().stream().anyMatch(line -> line.startsWith("mount")))
        .isEqualTo(Packets.areInReach());
    assertNothingIsLeftAfter(signal, owner, belongings);
  }

  @Test
  void nothing_is_left_of_an_owner_that_is_killed_while_it_builds() throws Exception {
    Process owner = start(Path.of("target", "docker", "abandoned-early.log"));
    Belongings belongings = Belongings.of(Owner.of(owner.toHandle()));
    RouterWatch.until(
        "an image or a layer",
        START,
        () -> belongings.all().stream().anyMatch(line -> line.startsWith("image")));
    assertNothingIsLeftAfter("KILL", owner, belongings);
  }

  @Test
  void next_cluster_removes_what_an_owner_and_its_watchdog_left() throws Exception {
    Process owner = startCluster("unwatched");
    Belongings belongings = Belongings.of(Owner.of(owner.toHandle()));
    List<ProcessHandle> watchdogs = owner.descendants().toList();
    watchdogs.forEach(ProcessHandle::destroyForcibly);
    RouterWatch.until(
        "its watchdog's end", GONE, () -> watchdogs.stream().noneMatch(ProcessHandle::isAlive));
    owner.destroyForcibly();
    RouterWatch.until("its end", GONE, () -> !owner.isAlive());
    assertThat(belongings.all()).isNotEmpty();

    Belongings.removeOrphans();

    assertThat(belongings.all()).isEmpty();
  }

  private static void assertNothingIsLeftAfter(
      String signal, Process owner, Belongings belongings) {
    List<String> volumes = belongings.volumes();
    List<ProcessHandle> descendants = owner.descendants().toList();
    assertThat(descendants).as("its watchdog").isNotEmpty();
    List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
    command.add(Long.toString(owner.pid()));
    if (signal.equals("INT")) {
      // A terminal sends it to all.
      descendants.forEach(process -> command.add(Long.toString(process.pid())));
    }
    Command.run(command);
    RouterWatch.until("its end", GONE, () -> !owner.isAlive());
    RouterWatch.until("an empty place", GONE, () -> belongings.all().isEmpty());
    RouterWatch.until(
        "the end of its processes",
        GONE,
        () -> descendants.stream().noneMatch(ProcessHandle::isAlive));
    assertThat(belongings.all()).isEmpty();
    assertThat(Belongings.everybodysVolumes()).noneMatch(volumes::contains);
  }

  private Process startCluster(String name) throws IOException {
    Path log = Path.of("target", "docker", "abandoned-" + name + ".log");
    Process owner = start(log);
    RouterWatch.until(
        AbandonedMain.READY,
        START,
        () -> {
          assertThat(owner.isAlive()).as("%s", log).isTrue();
          return read(log).contains(AbandonedMain.READY);
        });
    return owner;
  }

  private Process start(Path log) throws IOException {
    Files.createDirectories(log.resolveSibling("."));
    Process started =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                AbandonedMain.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    process = started;
    return started;
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether this process, and with it those that it starts, ignores a signal. */
  private static boolean isIgnored(int signal) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .map(line -> new BigInteger(line.substring(7).strip(), 16))
        .anyMatch(mask -> mask.testBit(signal - 1));
  }
}
