package io.gitalyrouter.experiment;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Where people watch the experiment. <em>Not thread-safe; confined to the main thread.</em> */
interface Screen {
  /** Something happened that deserves a line of its own. */
  void line(String text);

  /** How things stand; called about twice a second. */
  void show(Snapshot snapshot);

  /** A table that is redrawn in place if there is a terminal, otherwise a line now and then. */
  static Screen open(PrintStream out, boolean plain) {
    return plain || !isTerminal() ? new Plain(out) : new Live(out);
  }

  // Before JDK 22 the null says it all; from then on the console itself is asked.
  @SuppressWarnings("SystemConsoleNull")
  private static boolean isTerminal() {
    String terminal = System.getenv("TERM");
    if (System.console() == null || terminal == null || terminal.equals("dumb")) {
      return false;
    }
    try {
      Object says = java.io.Console.class.getMethod("isTerminal").invoke(System.console());
      return Boolean.TRUE.equals(says);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }

  /** One line every few seconds. <em>Not thread-safe; confined to the main thread.</em> */
  final class Plain implements Screen {
    private static final Duration INTERVAL = Duration.ofSeconds(4);
    private final PrintStream out;
    private Phase last = Phase.DARK;
    private Duration next = Duration.ZERO;

    Plain(PrintStream out) {
      this.out = out;
    }

    @Override
    public void line(String text) {
      out.println(text);
      out.flush();
    }

    @Override
    public void show(Snapshot snapshot) {
      if (snapshot.phase() != last) {
        last = snapshot.phase();
        next = INTERVAL.dividedBy(2);
      }
      if (snapshot.inPhase().compareTo(next) >= 0) {
        next = snapshot.inPhase().plus(INTERVAL);
        line("  " + LiveTable.line(snapshot));
      }
    }
  }

  /**
   * Redraws the table below what was said. <em>Not thread-safe; confined to the main thread.</em>
   */
  final class Live implements Screen {
    private static final String CLEAR_DOWN = "\u001b[0J";
    private final PrintStream out;
    private int drawn;

    Live(PrintStream out) {
      this.out = out;
    }

    @Override
    public void line(String text) {
      erase();
      out.println(text);
      out.flush();
    }

    @Override
    public void show(Snapshot snapshot) {
      List<String> lines = LiveTable.lines(snapshot);
      erase();
      lines.forEach(out::println);
      out.flush();
      drawn = lines.size();
    }

    private void erase() {
      if (drawn > 0) {
        out.print(String.format(Locale.ROOT, "\u001b[%dA\r%s", drawn, CLEAR_DOWN));
        drawn = 0;
      }
    }
  }
}
