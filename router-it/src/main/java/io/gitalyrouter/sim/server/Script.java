package io.gitalyrouter.sim.server;

import java.util.ArrayList;
import java.util.List;

/**
 * What a server suffers, and when. <em>Immutable.</em>
 *
 * @param changes in order of time; the first is at 0
 */
public record Script(List<Change> changes) {
  private static final double NANOS = 1e9;

  /** Longer than any run. */
  private static final double END_SECONDS = 600;

  /** Copies the list. */
  public Script {
    changes = List.copyOf(changes);
  }

  /** The spans, one after the other; the last one lasts for ever. */
  public static Script of(Span... spans) {
    List<Change> changes = new ArrayList<>();
    double now = 0;
    for (Span span : spans) {
      double end = Math.min(END_SECONDS, span.untilSeconds());
      int beat = 0;
      while (now < end) {
        Beat next = span.beats().get(beat++ % span.beats().size());
        changes.add(new Change((long) (now * NANOS), next.behaviour()));
        now = Math.min(end, now + next.seconds());
      }
    }
    return new Script(changes);
  }

  /**
   * From a moment on.
   *
   * @param atNanos the moment, from the start
   * @param behaviour what the server does from then on
   */
  public record Change(long atNanos, Behaviour behaviour) {}

  /**
   * One behaviour in turn with others.
   *
   * @param behaviour what the server does
   * @param seconds for how long
   */
  record Beat(Behaviour behaviour, double seconds) {}

  /**
   * Behaviours in turn, up to a moment.
   *
   * @param beats in order, then from the first again
   * @param untilSeconds from the start of the script
   */
  public record Span(List<Beat> beats, double untilSeconds) {}

  /**
   * Behaviours in turn.
   *
   * @param beats in order
   */
  public record Turns(List<Beat> beats) {
    /** Another one behind the others, for so many seconds. */
    public Turns then(Behaviour next, double seconds) {
      List<Beat> more = new ArrayList<>(beats);
      more.add(new Beat(next, seconds));
      return new Turns(List.copyOf(more));
    }

    /** In turn until a moment, in seconds from the start. */
    public Span until(double seconds) {
      return new Span(beats, seconds);
    }
  }
}
