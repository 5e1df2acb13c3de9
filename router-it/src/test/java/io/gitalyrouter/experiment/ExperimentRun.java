package io.gitalyrouter.experiment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The experiment as a process of its own, with short phases. <em>Not thread-safe; confined to one
 * test.</em>
 */
final class ExperimentRun implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final List<String> SHORT =
      List.of(
          "--plain --rate 60 --dark 1 --observe 2 --compare 5 --healthy 1 --sick 3.5 --recovery 0.5"
              .concat(" --rollback 0.5 --postcheck 1")
              .split(" "));

  private final Process process;
  private final Path directory;

  private ExperimentRun(Process process, Path directory) {
    this.process = process;
    this.directory = directory;
  }

  /** Starts it; its temporary files are made below the directory, which must be empty and short. */
  static ExperimentRun start(Path directory, String... arguments) throws IOException {
    Path temporary = Files.createDirectory(directory.resolve("t"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m"));
    command.add("-Djava.io.tmpdir=" + temporary);
    command.addAll(List.of("-cp", System.getProperty("java.class.path", "")));
    command.add(ExperimentMain.class.getName());
    command.addAll(List.of("--output", directory.resolve("out").toString()));
    command.addAll(SHORT);
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    return new ExperimentRun(process, directory);
  }

  /** Waits for the end. */
  int exitCode() throws IOException, InterruptedException {
    if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IOException("the experiment did not end within " + PATIENCE + ":\n" + log());
    }
    return process.exitValue();
  }

  /** Asks it to end, as Ctrl-C does. */
  void terminate() {
    process.destroy();
  }

  /** The processes that it started and that still run. */
  List<ProcessHandle> children() {
    return process.descendants().toList();
  }

  String log() throws IOException {
    return Files.readString(directory.resolve("log"));
  }

  Path output() {
    return directory.resolve("out");
  }

  /** What it left in its directory for temporary files. */
  List<Path> leftovers() throws IOException {
    try (var files = Files.list(directory.resolve("t"))) {
      return files.toList();
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
