package io.gitalyrouter.config.cli;

/**
 * A command ends without having done its work. The message says what is wrong, where, and what to
 * do; the command prints it and ends with the exit code. <em>Immutable.</em>
 */
public final class CommandException extends RuntimeException {
  private final ExitCode exitCode;

  /** A command that ends for this reason. */
  public CommandException(ExitCode exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** A command line that parses, and still makes no sense. */
  static CommandException usage(String message) {
    return new CommandException(ExitCode.USAGE, message);
  }

  /** A change that must not be made now. */
  static CommandException refused(String message) {
    return new CommandException(ExitCode.FAILED, message);
  }

  /** What the shell is told. */
  public ExitCode exitCode() {
    return exitCode;
  }
}
