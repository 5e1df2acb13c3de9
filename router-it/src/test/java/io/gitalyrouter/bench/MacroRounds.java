package io.gitalyrouter.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

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
  private static final int STREAM_ROUNDS = 3;

  private static final List<Contender> ROUTES =
      List.of(Contender.ROUTER_LOCAL, Contender.ROUTER_NETWORK);

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

    boolean isTarget() {
      return transport == Transport.UNIX
          && workload.name().equals(Workload.unarySmall().name())
          && load.inFlight() > 1;
    }

    boolean isStream() {
      return workload.name().startsWith("server stream");
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

  /** Measures all shapes over a transport, on connections that stay. */
  List<Result> run(Transport transport) {
    Map<Contender, Opened> opened = new EnumMap<>(Contender.class);
    try {
      for (Contender contender : Contender.values()) {
        boolean isElsewhere =
            transport != Transport.UNIX
                && (contender == Contender.HAPROXY || contender.isForTargetOnly());
        if (!isElsewhere && contender.obstacle().isEmpty()) {
          opened.put(contender, contender.open(site, transport));
        }
      }
      List<Result> results = new ArrayList<>();
      for (Shape shape : shapes(transport)) {
        results.add(new Result(shape, measure(shape, opened)));
      }
      return results;
    } finally {
      opened.values().forEach(Opened::close);
    }
  }

  private List<Comparison> measure(Shape shape, Map<Contender, Opened> opened) {
    List<Contender> contenders = new ArrayList<>(opened.keySet());
    contenders.remove(Contender.PLAIN);
    if (!shape.isTarget()) {
      contenders.removeIf(Contender::isForTargetOnly);
    }
    if (shape.isStream() && shape.transport() != Transport.UNIX) {
      // A stream takes a second or more: elsewhere only what a target speaks of.
      contenders.retainAll(ROUTES);
    }
    if (!effort.warmUp().isZero()) {
      Duration warmUp =
          shape.isStream() ? Duration.ZERO : longer(shape, effort.warmUp(), TARGET_WARM_UP);
      for (int i = 0; i < WARM_UPS; i++) {
        run(shape, opened, Contender.PLAIN, warmUp);
        contenders.forEach(contender -> run(shape, opened, contender, warmUp));
      }
    }
    Map<Contender, List<Comparison.Round>> rounds = new EnumMap<>(Contender.class);
    for (int round = 0; round < effort.rounds() * STREAM_ROUNDS; round++) {
      for (Contender contender : contenders) {
        if (round < rounds(shape, contender)) {
          rounds
              .computeIfAbsent(contender, c -> new ArrayList<>())
              .add(pair(shape, opened, contender, /* plainFirst= */ round % 2 == 0));
        }
      }
    }
    return contenders.stream()
        .map(c -> new Comparison(c, rounds.getOrDefault(c, List.of())))
        .toList();
  }

  private int rounds(Shape shape, Contender contender) {
    boolean isTarget =
        shape.isStream() && shape.transport() == Transport.UNIX && ROUTES.contains(contender);
    return isTarget ? effort.rounds() * STREAM_ROUNDS : effort.rounds();
  }

  private Comparison.Round pair(
      Shape shape, Map<Contender, Opened> opened, Contender contender, boolean plainFirst) {
    Duration length = length(shape);
    if (plainFirst) {
      Segment plain = run(shape, opened, Contender.PLAIN, length);
      return new Comparison.Round(plain, run(shape, opened, contender, length));
    }
    Segment other = run(shape, opened, contender, length);
    return new Comparison.Round(run(shape, opened, Contender.PLAIN, length), other);
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

  private static Segment run(
      Shape shape, Map<Contender, Opened> opened, Contender contender, Duration length) {
    Opened open = opened.get(contender);
    if (open == null) {
      throw new IllegalStateException(contender + " is not open");
    }
    return shape.load().run(open.channel(), shape.workload(), length);
  }
}
