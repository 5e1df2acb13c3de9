package io.gitalyrouter.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Where an operator types commands: on the host that is changed. */
final class Desk {
  private final Executable executable;
  private final Path admin;
  private final List<String> said;

  private Desk(Executable executable, Path admin, List<String> said) {
    this.executable = executable;
    this.admin = admin;
    this.said = said;
  }

  /** An operator's, with this environment, on a host with this directory of admin sockets. */
  static Desk of(String operator, Map<String, String> environment, Path admin) {
    Map<String, String> all = new TreeMap<>(environment);
    all.put("SUDO_USER", operator);
    return new Desk(new Executable(all), admin, new ArrayList<>());
  }

  /** Runs a command, which ends with this code. */
  Executable.Result run(int code, String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    if (!arguments[0].equals("config")) {
      all.addAll(List.of("--admin-dir", admin.toString()));
    }
    Executable.Result result = executable.run(all.toArray(String[]::new));
    said.add(result.out() + result.err());
    assertThat(result.code())
        .as("gitaly-router %s\n%s%s", String.join(" ", all), result.out(), result.err())
        .isEqualTo(code);
    return result;
  }

  /** Runs a command as it is written in a runbook: words, and texts in quotes. */
  Executable.Result type(int code, String line) throws Exception {
    return run(code, Words.of(line));
  }

  /** All that the commands have printed. */
  List<String> said() {
    return said;
  }
}
