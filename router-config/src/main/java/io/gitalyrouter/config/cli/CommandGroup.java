package io.gitalyrouter.config.cli;

/** A name that only holds commands; given alone it is an error. <em>Immutable.</em> */
final class CommandGroup implements Runnable {
  @Override
  public void run() {
    throw CommandException.usage("no command (expected: one of those below)");
  }
}
