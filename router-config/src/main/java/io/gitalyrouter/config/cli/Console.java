package io.gitalyrouter.config.cli;

import io.gitalyrouter.time.Ticker;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import picocli.CommandLine.Help.Ansi;

/**
 * What a command has around it: its output, the time, and who runs it. Tests put their own in the
 * place of the process's. <em>Not thread-safe; confined to the thread that runs the command.</em>
 *
 * @param out where results go
 * @param err where errors and progress go
 * @param isTerminal whether a person reads along; colour only then
 * @param clock the time of day, for what is written down
 * @param ticker the time that passes, for what is waited for
 * @param actor who runs the command
 */
public record Console(
    PrintWriter out, PrintWriter err, boolean isTerminal, Clock clock, Ticker ticker, Actor actor) {

  /** The present moment, to the millisecond. */
  public Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  /** The same whose results count as progress: for a step of something larger. */
  Console quiet() {
    return new Console(err, err, isTerminal, clock, ticker, actor);
  }

  /** Whether to colour. */
  Ansi ansi() {
    return isTerminal ? Ansi.AUTO : Ansi.OFF;
  }

  /**
   * Who runs a command. <em>Immutable.</em>
   *
   * @param user the user's name; who called sudo, if somebody did
   * @param host the machine that the command runs on
   */
  public record Actor(String user, String host) {
    @Override
    public String toString() {
      return user + "@" + host;
    }
  }
}
