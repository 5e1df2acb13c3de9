package io.gitalyrouter.sim;

import io.gitalyrouter.sim.server.Behaviour;
import io.gitalyrouter.sim.server.Script;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happens to two servers, and what is asked of the router then. <em>Immutable.</em>
 *
 * @param name short, unique
 * @param story what happens, in a sentence or two
 * @param network what the network server suffers
 * @param local what the local server suffers
 * @param storages the storages that are called, in turn
 * @param ops switches of the role, in order of time
 * @param sick from when to when the network side is sick; null if it never is
 * @param leaveSeconds the longest time in which most calls still begin on a sick network side; null
 *     if the router need not leave
 * @param returnSeconds the longest time in which most calls still begin on the local side after the
 *     network side is well; null if nothing is asked
 */
public record Scenario(
    String name,
    String story,
    Script network,
    Script local,
    List<String> storages,
    List<Switch> ops,
    @Nullable Sick sick,
    @Nullable Double leaveSeconds,
    @Nullable Double returnSeconds) {
  /** The storage that suffers, and the only one in most scenarios. */
  public static final String STORAGE = "nfs-file01";

  /** Copies the lists. */
  public Scenario {
    storages = List.copyOf(storages);
    ops = List.copyOf(ops);
  }

  /** A scenario in which the local side is healthy, with one storage. */
  public static Scenario of(String name, String story, Script.Span... network) {
    return new Scenario(
        name,
        story,
        Script.of(network),
        Script.of(Behaviour.healthy().forEver()),
        List.of(STORAGE),
        List.of(),
        null,
        null,
        null);
  }

  /** The local side suffers as well. */
  Scenario whileLocal(Script.Span... spans) {
    return new Scenario(
        name, story, network, Script.of(spans), storages, ops, sick, leaveSeconds, returnSeconds);
  }

  /** A second storage on both servers gets every other call. */
  Scenario andStorage(String other) {
    return new Scenario(
        name,
        story,
        network,
        local,
        List.of(STORAGE, other),
        ops,
        sick,
        leaveSeconds,
        returnSeconds);
  }

  /** Ops switch the role at a moment. */
  Scenario role(boolean on, double atSeconds) {
    List<Switch> more = new ArrayList<>(ops);
    more.add(new Switch(atSeconds, on));
    return new Scenario(
        name, story, network, local, storages, more, sick, leaveSeconds, returnSeconds);
  }

  /** The network side is sick from one moment to another. */
  Scenario sick(double from, double to) {
    return new Scenario(
        name,
        story,
        network,
        local,
        storages,
        ops,
        new Sick(from, to),
        leaveSeconds,
        returnSeconds);
  }

  /** The router has to be away within a time after the network side falls sick. */
  Scenario leaveWithin(double seconds) {
    return new Scenario(name, story, network, local, storages, ops, sick, seconds, returnSeconds);
  }

  /** The router has to be back within a time after the network side is well. */
  Scenario returnWithin(double seconds) {
    return new Scenario(name, story, network, local, storages, ops, sick, leaveSeconds, seconds);
  }

  @Override
  public String toString() {
    return name;
  }

  /**
   * When the network side is sick.
   *
   * @param fromSeconds from the start
   * @param toSeconds from the start; infinite if it stays sick
   */
  public record Sick(double fromSeconds, double toSeconds) {}

  /**
   * Ops act.
   *
   * @param atSeconds from the start
   * @param on whether the role is on from then on
   */
  public record Switch(double atSeconds, boolean on) {}
}
