package io.gitalyrouter.config.cli;

import io.gitalyrouter.time.Ticker;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;

/**
 * Runs commands in this process and keeps what they print. <em>Not thread-safe; confined to the
 * test that made it.</em>
 */
public final class Shell {
  /** The time of day that commands see. */
  public static final Instant NOW = Instant.parse("2026-11-24T12:30:00Z");

  private final Clock clock;
  private final String user;

  /** A shell whose time stands still at {@link #NOW}. */
  public Shell() {
    this(Clock.fixed(NOW, ZoneOffset.UTC));
  }

  /** A shell with this time. */
  public Shell(Clock clock) {
    this(clock, "alice");
  }

  /** A shell of another user. */
  public Shell(String user) {
    this(Clock.fixed(NOW, ZoneOffset.UTC), user);
  }

  private Shell(Clock clock, String user) {
    this.clock = clock;
    this.user = user;
  }

  /** Runs one command. */
  public Result run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = GitalyRouterCommand.commandLine(console(out, err), ChangeGate.OPEN).execute(args);
    return new Result(code, out.toString(), err.toString());
  }

  /** A command's console that writes to these. */
  public Console console(StringWriter out, StringWriter err) {
    return new Console(
        new PrintWriter(out),
        new PrintWriter(err),
        /* isTerminal= */ false,
        clock,
        Ticker.system(),
        new Console.Actor(user, "ops01"));
  }

  /**
   * Every command by its whole name, such as {@code config validate}; the empty one is the root.
   */
  public Map<String, CommandLine> commands() {
    Map<String, CommandLine> found = new TreeMap<>();
    collect(
        GitalyRouterCommand.commandLine(
            console(new StringWriter(), new StringWriter()), ChangeGate.OPEN),
        "",
        found);
    return found;
  }

  private static void collect(CommandLine line, String name, Map<String, CommandLine> found) {
    found.put(name, line);
    line.getSubcommands()
        .forEach((sub, below) -> collect(below, (name + " " + sub).strip(), found));
  }

  /**
   * What a command said.
   *
   * @param code its exit code
   * @param out what it printed
   * @param err its errors
   */
  public record Result(int code, String out, String err) {}
}
