package io.gitalyrouter.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a part of the benchmark in a process of its own, whose compiler knows nothing else. */
final class OwnProcess {
  private OwnProcess() {}

  /** Runs a main class with these options of the JVM, and waits for its end. */
  static void run(List<String> options, Class<?> main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-classpath", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).inheritIO().start();
    int exitValue = process.onExit().join().exitValue();
    if (exitValue != 0) {
      throw new IOException(main.getSimpleName() + " ended with " + exitValue);
    }
  }
}
