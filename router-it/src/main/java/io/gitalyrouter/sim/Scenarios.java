package io.gitalyrouter.sim;

import static io.gitalyrouter.sim.server.Behaviour.blackHole;
import static io.gitalyrouter.sim.server.Behaviour.down;
import static io.gitalyrouter.sim.server.Behaviour.failing;
import static io.gitalyrouter.sim.server.Behaviour.frozen;
import static io.gitalyrouter.sim.server.Behaviour.healthy;
import static io.gitalyrouter.sim.server.Behaviour.overloaded;
import static io.gitalyrouter.sim.server.Behaviour.refusing;
import static io.gitalyrouter.sim.server.Behaviour.slow;
import static io.gitalyrouter.sim.server.Behaviour.unmounted;
import static io.gitalyrouter.sim.server.Behaviour.without;

import io.grpc.Status;
import java.util.List;

/** What is simulated. Moments are seconds from the first call. <em>Immutable.</em> */
public final class Scenarios {
  private static final Status UNAVAILABLE =
      Status.UNAVAILABLE.withDescription("cannot serve at this moment");
  private static final Status STALE =
      Status.INTERNAL.withDescription("storage path: stale file handle");
  private static final Status DENIED =
      Status.PERMISSION_DENIED.withDescription("permission denied");

  private static final List<Scenario> ALL =
      List.of(
          slowStart(),
          kill(),
          blackHoleOnLiveConnection(),
          frozenProcess(),
          acceptAndNeverSpeak(),
          flapping(),
          restarts(),
          allFail(),
          oneInTenUnavailable(),
          oneInTenInternal(),
          slowResponses(),
          stalledResponses(),
          halfOpenRaces(),
          overload(),
          unmountedShare(),
          versionSkew(),
          clockSkew(),
          toggleDuringFault(),
          oneOfTwoStorages(),
          localSlow());

  private Scenarios() {}

  /** All of them, in the order of the report. */
  public static List<Scenario> all() {
    return ALL;
  }

  private static Scenario slowStart() {
    return Scenario.of(
            "slow start",
            "The network side does not listen until 4 s; then its caches are cold and it is 20"
                + " times slower until 8 s.",
            down().until(4),
            slow(20).until(8),
            healthy().forEver())
        .sick(0, 4)
        .leaveWithin(0.1)
        .returnWithin(1);
  }

  private static Scenario kill() {
    return Scenario.of(
            "kill",
            "The network process is killed at 5 s and comes back at 10 s.",
            healthy().until(5),
            down().until(10),
            healthy().forEver())
        .sick(5, 10)
        .leaveWithin(0.2)
        .returnWithin(1);
  }

  private static Scenario blackHoleOnLiveConnection() {
    return Scenario.of(
            "black hole",
            "From 5 s to 20 s no packet gets through to the network side, nor back.",
            healthy().until(5),
            blackHole().until(20),
            healthy().forEver())
        .sick(5, 20)
        .leaveWithin(2.7)
        .returnWithin(1.5);
  }

  private static Scenario frozenProcess() {
    return Scenario.of(
            "frozen process",
            "From 5 s to 12 s the network process is stopped. Its socket still accepts.",
            healthy().until(5),
            frozen().until(12),
            healthy().forEver())
        .sick(5, 12)
        .leaveWithin(2.7)
        .returnWithin(1.5);
  }

  private static Scenario acceptAndNeverSpeak() {
    return Scenario.of(
            "accept and never speak",
            "The network process is killed at 5 s. What listens from 5.5 s on accepts connections"
                + " and says nothing; it is killed at 16 s, and a good one listens from 17 s on.",
            healthy().until(5),
            down().until(5.5),
            frozen().until(16),
            down().until(17),
            healthy().forEver())
        .sick(5, 17)
        .leaveWithin(0.2)
        .returnWithin(1);
  }

  private static Scenario flapping() {
    return Scenario.of(
            "flapping",
            "From 5 s to 15 s the network process is down for half a second in each second.",
            healthy().until(5),
            down().lasting(0.5).then(healthy(), 0.5).until(15),
            healthy().forEver())
        .sick(5, 15)
        .leaveWithin(0.2)
        .returnWithin(1);
  }

  private static Scenario restarts() {
    return Scenario.of(
        "restart every 5 s",
        "The network process restarts every 5 s, for the last time before 25 s; each restart takes"
            + " 0.3 s.",
        healthy().lasting(4.7).then(down(), 0.3).until(25),
        healthy().forEver());
  }

  private static Scenario allFail() {
    return Scenario.of(
            "every call fails",
            "From 10 s to 20 s every handler of the network side fails with UNAVAILABLE.",
            healthy().until(10),
            failing(1, UNAVAILABLE).until(20),
            healthy().forEver())
        .sick(10, 20)
        .leaveWithin(1)
        .returnWithin(3);
  }

  private static Scenario oneInTenUnavailable() {
    return Scenario.of(
        "one in ten UNAVAILABLE",
        "From 5 s to 20 s one handler in ten of the network side fails with UNAVAILABLE.",
        healthy().until(5),
        failing(0.1, UNAVAILABLE).until(20),
        healthy().forEver());
  }

  private static Scenario oneInTenInternal() {
    return Scenario.of(
        "one in ten INTERNAL",
        "From 5 s to 20 s one handler in ten of the network side fails with INTERNAL, which Gitaly"
            + " also answers to wrong requests.",
        healthy().until(5),
        failing(0.1, STALE).until(20),
        healthy().forEver());
  }

  private static Scenario slowResponses() {
    return Scenario.of(
        "slow responses",
        "From 5 s to 15 s the network side is 50 times slower. No deadline passes.",
        healthy().until(5),
        slow(50).until(15),
        healthy().forEver());
  }

  private static Scenario stalledResponses() {
    return Scenario.of(
            "stalled responses",
            "From 5 s to 20 s the network side is 4000 times slower: it lives, but hardly a call"
                + " ends within its deadline.",
            healthy().until(5),
            slow(4000).until(20),
            healthy().forEver())
        .sick(5, 20)
        .leaveWithin(2.7)
        .returnWithin(3);
  }

  private static Scenario halfOpenRaces() {
    return Scenario.of(
            "half-open races",
            "From 5 s on calls take 300 times as long; from 7 s to 13 s new ones fail with"
                + " UNAVAILABLE at once, while the long ones end well, some of them when the"
                + " breaker is half open.",
            healthy().until(5),
            slow(300).until(7),
            refusing(UNAVAILABLE).until(13),
            healthy().forEver())
        .sick(7, 13)
        .leaveWithin(1)
        .returnWithin(3);
  }

  private static Scenario overload() {
    return Scenario.of(
            "overload",
            "From 5 s to 15 s the network side is 20 times slower and refuses calls with"
                + " RESOURCE_EXHAUSTED while eight are running.",
            healthy().until(5),
            slow(20).and(overloaded(8)).until(15),
            healthy().forEver())
        .sick(5, 15)
        .leaveWithin(1)
        .returnWithin(3);
  }

  private static Scenario unmountedShare() {
    return Scenario.of(
            "unmounted share",
            "From 5 s to 20 s the share is not mounted on the network side, which answers NOT_FOUND"
                + " for every repository. Health says that all is well; ServerInfo tells another"
                + " filesystem id.",
            healthy().until(5),
            unmounted().until(20),
            healthy().forEver())
        .sick(5, 20)
        .leaveWithin(16)
        .returnWithin(16);
  }

  private static Scenario versionSkew() {
    return Scenario.of(
        "version skew",
        "From 5 s to 20 s the network side does not know FindCommit, and answers UNIMPLEMENTED.",
        healthy().until(5),
        without("gitaly.CommitService/FindCommit").until(20),
        healthy().forEver());
  }

  private static Scenario clockSkew() {
    return Scenario.of(
            "clock skew",
            "From 5 s to 15 s the clock of the network side is wrong: it refuses every token with a"
                + " PERMISSION_DENIED without detail.",
            healthy().until(5),
            refusing(DENIED).until(15),
            healthy().forEver())
        .sick(5, 15)
        .leaveWithin(0.2)
        .returnWithin(3);
  }

  private static Scenario toggleDuringFault() {
    return Scenario.of(
            "toggle during fault",
            "The black hole lasts from 5 s to 15 s. Ops switch the role off at 6 s, on at 9 s, off"
                + " at 10 s and on at 16 s.",
            healthy().until(5),
            blackHole().until(15),
            healthy().forEver())
        .role(/* on= */ false, 6)
        .role(/* on= */ true, 9)
        .role(/* on= */ false, 10)
        .role(/* on= */ true, 16)
        .sick(5, 15)
        .leaveWithin(1.1)
        .returnWithin(2);
  }

  private static Scenario oneOfTwoStorages() {
    return Scenario.of(
            "one of two storages",
            "Two storages share the network endpoint. From 10 s to 20 s every call to "
                + Scenario.STORAGE
                + " fails there with INTERNAL, because its file handles are stale; the other one"
                + " is well.",
            healthy().until(10),
            failing(1, STALE).onlyFor(Scenario.STORAGE).until(20),
            healthy().forEver())
        .andStorage("nfs-file02")
        .sick(10, 20)
        .leaveWithin(1)
        .returnWithin(3);
  }

  private static Scenario localSlow() {
    return Scenario.of(
            "local slow, network fine",
            "From 5 s to 15 s the local side is 500 times slower; the network side is well.",
            healthy().forEver())
        .whileLocal(healthy().until(5), slow(500).until(15), healthy().forEver());
  }
}
