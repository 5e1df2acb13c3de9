package io.gitalyrouter.sim;

import io.gitalyrouter.sim.net.SimChannel;
import io.gitalyrouter.sim.net.Wire;
import io.gitalyrouter.sim.server.Journal;
import io.gitalyrouter.sim.server.Script;
import io.gitalyrouter.sim.server.ServiceTime;
import io.gitalyrouter.sim.server.SimServer;
import io.gitalyrouter.sim.time.Chance;
import io.gitalyrouter.sim.time.VirtualTime;
import java.util.List;

/**
 * Two servers and a time of their own. <em>Not thread-safe; confined to the thread that runs the
 * simulation.</em>
 */
public final class World {
  static final String LOCAL = "local";
  static final String NETWORK = "network";

  /** Reading over NFS takes this many times as long as reading from the server's own disk. */
  private static final double NFS = 1.5;

  private final VirtualTime time = new VirtualTime();
  private final Journal journal = new Journal();
  private final long seed;
  private final List<String> storages;
  private final SimServer local;
  private final SimServer network;

  World(Scenario scenario, long seed) {
    this.seed = seed;
    this.storages = scenario.storages();
    this.local = server(LOCAL, scenario.local(), NFS);
    this.network = server(NETWORK, scenario.network(), 1);
  }

  private SimServer server(String name, Script script, double factor) {
    return new SimServer(name, time, seed, script, new ServiceTime(factor), storages, journal);
  }

  VirtualTime time() {
    return time;
  }

  Journal journal() {
    return journal;
  }

  List<String> storages() {
    return storages;
  }

  /** Chance of one thing in this world. */
  Chance chance(String who) {
    return Chance.of(seed, who, 0);
  }

  /** A channel to the local server. */
  SimChannel openLocal() {
    return new SimChannel(time, local, Wire.UNIX, chance("local channel"));
  }

  /** A channel to the network server. */
  SimChannel openNetwork() {
    return new SimChannel(time, network, Wire.TCP, chance("network channel"));
  }
}
