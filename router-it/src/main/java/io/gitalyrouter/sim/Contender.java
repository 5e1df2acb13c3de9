package io.gitalyrouter.sim;

import io.grpc.Channel;
import java.util.List;

/**
 * One way to choose between two Gitaly servers. <em>Not thread-safe; confined to the thread that
 * runs the simulation.</em>
 */
public interface Contender {
  /** The channel of a storage. */
  Channel channel(String storage);

  /** Ops switch the network side on or off; it is on at first. */
  void role(boolean on);

  /** Calls that began on the network side and were moved. */
  long moved();

  /** What it saw and did, in order of time; empty if it does not tell. */
  List<String> timeline();

  /** Ends it, after the last call. */
  void close();

  /** Makes a contender for one run. */
  @FunctionalInterface
  interface Maker {
    /** A contender between these sides. */
    Contender make(World world);
  }
}
