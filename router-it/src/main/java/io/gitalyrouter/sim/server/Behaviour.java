package io.gitalyrouter.sim.server;

import io.gitalyrouter.sim.server.Fault.Refusal;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;

/**
 * What a server does for a while. Read a script of them aloud: {@code healthy().until(3),
 * blackHole().until(8), healthy().forEver()}. <em>Immutable.</em>
 */
public final class Behaviour {
  private final Link link;
  private final double slowness;
  private final boolean mounted;
  private final List<Fault> faults;

  private Behaviour(Link link, double slowness, boolean mounted, List<Fault> faults) {
    this.link = link;
    this.slowness = slowness;
    this.mounted = mounted;
    this.faults = List.copyOf(faults);
  }

  /** Serves as it should. */
  public static Behaviour healthy() {
    return linked(Link.OPEN);
  }

  /** The process is gone. */
  public static Behaviour down() {
    return linked(Link.DOWN);
  }

  /** The process is stopped, its socket still accepts. */
  public static Behaviour frozen() {
    return linked(Link.FROZEN);
  }

  /** Packets are lost in both directions. */
  public static Behaviour blackHole() {
    return linked(Link.BLACK_HOLE);
  }

  /** Serves, so many times slower than it should. */
  public static Behaviour slow(double times) {
    return new Behaviour(Link.OPEN, times, /* mounted= */ true, List.of());
  }

  /** Handlers of a share of the calls fail half-way, before they change anything. */
  public static Behaviour failing(double share, Status status) {
    Refusal refusal = new Refusal(status, /* detailed= */ false, /* worked= */ true);
    return faulty((asked, running, chance) -> chance.nextDouble() < share ? refusal : null);
  }

  /** Refuses calls at once when so many run already. */
  public static Behaviour overloaded(int limit) {
    Refusal full =
        new Refusal(
            Status.RESOURCE_EXHAUSTED.withDescription("maximum queue size reached"),
            /* detailed= */ true,
            /* worked= */ false);
    return faulty((asked, running, chance) -> running >= limit ? full : null);
  }

  /** Turns every call away at the door. */
  public static Behaviour refusing(Status status) {
    Refusal refusal = Refusal.atTheDoor(status);
    return faulty((asked, running, chance) -> refusal);
  }

  /** Does not know a method. */
  public static Behaviour without(String method) {
    Refusal refusal =
        Refusal.atTheDoor(Status.UNIMPLEMENTED.withDescription("unknown method " + method));
    Fault fault = (asked, running, chance) -> refusal;
    return faulty(fault.only(asked -> asked.method().equals(method)));
  }

  /** The share is not mounted: an empty directory stands where the repositories should be. */
  public static Behaviour unmounted() {
    Refusal refusal =
        new Refusal(
            Status.NOT_FOUND.withDescription("repository not found"),
            /* detailed= */ false,
            /* worked= */ false);
    return new Behaviour(
        Link.OPEN, 1, /* mounted= */ false, List.of((asked, running, chance) -> refusal));
  }

  private static Behaviour linked(Link link) {
    return new Behaviour(link, 1, /* mounted= */ true, List.of());
  }

  private static Behaviour faulty(Fault fault) {
    return new Behaviour(Link.OPEN, 1, /* mounted= */ true, List.of(fault));
  }

  /** Both at once. */
  public Behaviour and(Behaviour other) {
    List<Fault> both = new ArrayList<>(faults);
    both.addAll(other.faults);
    return new Behaviour(
        link == Link.OPEN ? other.link : link,
        slowness * other.slowness,
        mounted && other.mounted,
        both);
  }

  /** The same faults, for the calls to one storage only. */
  public Behaviour onlyFor(String storage) {
    return new Behaviour(
        link,
        slowness,
        mounted,
        faults.stream().map(fault -> fault.only(a -> a.storage().equals(storage))).toList());
  }

  /** Behaves so until a moment, in seconds from the start. */
  public Script.Span until(double seconds) {
    return new Script.Span(List.of(new Script.Beat(this, Double.POSITIVE_INFINITY)), seconds);
  }

  /** Behaves so to the end. */
  public Script.Span forEver() {
    return until(Double.POSITIVE_INFINITY);
  }

  /** First this for so many seconds; then the next, and so on in turns. */
  public Script.Turns lasting(double seconds) {
    return new Script.Turns(List.of(new Script.Beat(this, seconds)));
  }

  Link link() {
    return link;
  }

  double slowness() {
    return slowness;
  }

  boolean mounted() {
    return mounted;
  }

  List<Fault> faults() {
    return faults;
  }
}
