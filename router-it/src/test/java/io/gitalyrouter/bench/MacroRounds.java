package io.gitalyrouter.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One workload over one transport: every contender next to the plain channel, in turns, so that
 * what the machine does meanwhile meets both.
 */
final class MacroRounds {
  private static final int RATE = 1_000;

  /** The shape that most targets speak of is measured so much longer than the others. */
  private static final int TARGET_LENGTH = 4;

  /**
   * And is warmed up so much longer: with 64 in flight the compiler gets little of two processors.
   */
  private static final int TARGET_WARM_UP = 16;

  /** A round of a stream is one stream: a target needs more of them to tell 0.98 from 1. */
  private static final int STREAM_ROUNDS = 6;

  /** So much of a stream is sent before it, for the connection's window to grow. */
  private static final int STREAM_WARM_UP = 8;

  private static final Set<Contender> ROUTES =
      EnumSet.of(Contender.ROUTER_LOCAL, Contender.ROUTER_NETWORK);

  /** Every turn of a contender makes some of the compiled code of those before void. */
  private static final int WARM_UPS = 2;

  private final Site site;
  private final Effort effort;

  MacroRounds(Site site, Effort effort) {
    this.site = site;
    this.effort = effort;
  }

  /** A workload under a load, over a transport. */
  record Shape(Transport transport, Workload workload, Load load) {
    String label() {
      return workload.name() + ", " + load.label() + ", " + transport.label();
    }

    /** Whether it is the shape that most targets speak of. */
    boolean isTarget() {
      return transport == Transport.UNIX
          && workload.name().equals(Workload.unarySmall().name())
          && load.inFlight() > 1;
    }

    boolean isStream() {
      return workload.name().startsWith("server stream");
    }

    boolean isTargetStream() {
      return isStream() && transport == Transport.UNIX;
    }

    boolean hasPart(Contender contender) {
      if (contender.isControl()) {
        return isTarget() || isTargetStream();
      }
      if (isStream() && transport != Transport.UNIX) {
        // A stream takes a second or more: elsewhere only what a target speaks of.
        return ROUTES.contains(contender);
      }
      return contender != Contender.HAPROXY || transport == Transport.UNIX;
    }

    Shape shorter(long bytes) {
      return new Shape(transport, Workload.stream(bytes), load);
    }
  }

  /** What was measured of a shape. */
  record Result(Shape shape, List<Comparison> comparisons) {
    Result {
      comparisons = List.copyOf(comparisons);
    }
  }

  /** The shapes over a transport. */
  List<Shape> shapes(Transport transport) {
    List<Shape> shapes = new ArrayList<>();
    shapes.add(new Shape(transport, Workload.unarySmall(), Load.closed(effort.inFlight())));
    shapes.add(new Shape(transport, Workload.unarySmall(), Load.closed(1)));
    shapes.add(new Shape(transport, Workload.unarySmall(), Load.rate(RATE)));
    shapes.add(new Shape(transport, Workload.unaryLarge(), Load.closed(effort.inFlight())));
    shapes.add(new Shape(transport, Workload.bidi(), Load.closed(effort.inFlight())));
    shapes.add(new Shape(transport, Workload.stream(effort.streamBytes()), Load.closed(1)));
    return shapes;
  }

  /** Measures all shapes over a transport. */
  List<Result> run(Transport transport) {
    List<Shape> shapes = shapes(transport);
    List<Contender> all =
        Arrays.stream(Contender.values())
            .filter(contender -> contender.obstacle().isEmpty())
            .filter(contender -> shapes.stream().anyMatch(shape -> shape.hasPart(contender)))
            .toList();
    try (Channels channels = new Channels(site, transport, all)) {
      return shapes.stream().map(shape -> new Result(shape, measure(shape, channels))).toList();
    }
  }

  /** The channels of some contenders, each with a connection of its own. */
  private static final class Channels implements AutoCloseable {
    private final Map<Contender, Opened> opened = new EnumMap<>(Contender.class);

    Channels(Site site, Transport transport, List<Contender> contenders) {
      try {
        contenders.forEach(contender -> opened.put(contender, contender.open(site, transport)));
      } catch (RuntimeException e) {
        close();
        throw e;
      }
    }

    Segment run(Shape shape, Contender contender, Duration length) {
      Opened open = opened.get(contender);
      if (open == null) {
        throw new IllegalStateException(contender + " is not open");
      }
      return shape.load().run(open.channel(), shape.workload(), length);
    }

    Set<Contender> contenders() {
      return opened.keySet();
    }

    @Override
    public void close() {
      opened.values().forEach(Opened::close);
    }
  }

  private List<Comparison> measure(Shape shape, Channels channels) {
    List<Contender> contenders =
        channels.contenders().stream()
            .filter(contender -> contender != Contender.PLAIN && shape.hasPart(contender))
            .toList();
    if (!effort.warmUp().isZero()) {
      Duration warmUp =
          shape.isStream() ? Duration.ZERO : longer(shape, effort.warmUp(), TARGET_WARM_UP);
      for (int i = 0; i < WARM_UPS; i++) {
        channels.run(shape, Contender.PLAIN, warmUp);
        contenders.forEach(contender -> channels.run(shape, contender, warmUp));
      }
    }
    Map<Contender, List<Comparison.Round>> rounds = new EnumMap<>(Contender.class);
    for (int round = 0; round < effort.rounds() * STREAM_ROUNDS; round++) {
      boolean plainFirst = round % 2 == 0;
      for (Contender contender : contenders) {
        if (round < rounds(shape, contender)) {
          rounds
              .computeIfAbsent(contender, c -> new ArrayList<>())
              .add(
                  shape.isStream()
                      ? pairOfStreams(shape, contender, plainFirst)
                      : pair(shape, channels, contender, plainFirst));
        }
      }
    }
    return contenders.stream()
        .map(c -> new Comparison(c, rounds.getOrDefault(c, List.of())))
        .toList();
  }

  private int rounds(Shape shape, Contender contender) {
    boolean isTarget =
        shape.isTargetStream()
            && (ROUTES.contains(contender) || contender == Contender.PLAIN_AGAIN);
    return isTarget ? effort.rounds() * STREAM_ROUNDS : effort.rounds();
  }

  /**
   * A connection is fast or slow for as long as it lasts, by which threads it has to do with: so
   * every round has two new ones.
   */
  private Comparison.Round pairOfStreams(Shape shape, Contender contender, boolean plainFirst) {
    Shape before = shape.shorter(effort.streamBytes() / STREAM_WARM_UP);
    List<Contender> both = List.of(Contender.PLAIN, contender);
    try (Channels channels = new Channels(site, shape.transport(), both)) {
      both.forEach(each -> channels.run(before, each, Duration.ZERO));
      return pair(shape, channels, contender, plainFirst);
    }
  }

  private Comparison.Round pair(
      Shape shape, Channels channels, Contender contender, boolean plainFirst) {
    Duration length = length(shape);
    if (plainFirst) {
      Segment plain = channels.run(shape, Contender.PLAIN, length);
      return new Comparison.Round(plain, channels.run(shape, contender, length));
    }
    Segment other = channels.run(shape, contender, length);
    return new Comparison.Round(channels.run(shape, Contender.PLAIN, length), other);
  }

  private Duration length(Shape shape) {
    if (shape.isStream()) {
      return Duration.ZERO;
    }
    return shape.transport() == Transport.UNIX
        ? longer(shape, effort.segment(), TARGET_LENGTH)
        : effort.segment().dividedBy(2);
  }

  private static Duration longer(Shape shape, Duration length, int times) {
    return shape.isTarget() ? length.multipliedBy(times) : length;
  }
}
