package io.gitalyrouter.docker;

import java.util.List;
import java.util.Optional;

/**
 * What can happen to the network side. <em>Immutable.</em>
 *
 * @param name in the table of faults
 * @param how how it is made, for people
 * @param needs what it takes to make it
 * @param gap why reads are lost in it all the same; empty if none are
 * @param strike makes it happen, waits for its effect, and ends it
 */
record Fault(String name, String how, List<Need> needs, String gap, Strike strike) {
  /** Copies the list. */
  Fault {
    needs = List.copyOf(needs);
  }

  /** A fault that any engine can make. */
  static Fault of(String name, String how, Strike strike) {
    return new Fault(name, how, List.of(), "", strike);
  }

  /** The same fault where only something more can make it. */
  Fault needing(Need... more) {
    return new Fault(name, how, List.of(more), gap, strike);
  }

  /** The same fault, in which reads are lost for a known reason. */
  Fault losing(String why) {
    return new Fault(name, how, needs, why, strike);
  }

  /** Makes a fault, and ends it. */
  @FunctionalInterface
  interface Strike {
    /** The router may still be recovering when it returns. */
    void on(FaultStage stage) throws Exception;
  }

  /** What a fault can take. */
  enum Need {
    /** Fault commands inside the server. */
    STAND_IN("fault commands, which only the stand-in takes") {
      @Override
      boolean isMet(Cluster cluster) {
        return cluster.image().isStandIn();
      }
    },
    /** Root: packet rules in a container's network. */
    PACKETS("root, with iptables and nsenter") {
      @Override
      boolean isMet(Cluster cluster) {
        return Packets.areInReach();
      }
    },
    /** Root: mounts. */
    MOUNTS("root, with mount") {
      @Override
      boolean isMet(Cluster cluster) {
        return cluster.share().isReal();
      }
    },
    /** A module of the kernel. */
    NETEM("netem, which this kernel lacks") {
      @Override
      boolean isMet(Cluster cluster) {
        return Packets.areInReach() && Packets.of(cluster.network()).knowNetem();
      }
    };

    private final String what;

    Need(String what) {
      this.what = what;
    }

    abstract boolean isMet(Cluster cluster);
  }

  /** What is missing to make it here; empty if nothing is. */
  Optional<String> missing(Cluster cluster) {
    return needs.stream().filter(need -> !need.isMet(cluster)).map(n -> n.what).findFirst();
  }

  @Override
  public String toString() {
    return name;
  }
}
