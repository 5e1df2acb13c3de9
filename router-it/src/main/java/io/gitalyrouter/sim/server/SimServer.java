package io.gitalyrouter.sim.server;

import com.google.protobuf.ByteString;
import io.gitalyrouter.it.proto.ServerInfoResponse;
import io.gitalyrouter.sim.time.Chance;
import io.gitalyrouter.sim.time.VirtualTime;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;

/**
 * A Gitaly that follows a script. What it hears or wants to say while it cannot is kept in order
 * until it can, as the buffers of a kernel do. <em>Not thread-safe; confined to the thread that
 * runs the simulation.</em>
 */
public final class SimServer {
  private static final byte[] SERVING = {0x08, 0x01};

  private final String name;
  private final VirtualTime time;
  private final long seed;
  private final ServiceTime serviceTime;
  private final List<String> storages;
  private final Journal journal;
  private final Set<Peer> peers = new LinkedHashSet<>();
  private final Set<Work> running = new LinkedHashSet<>();
  private final Queue<Runnable> kept = new ArrayDeque<>();
  private Behaviour behaviour = Behaviour.healthy();

  /** A server that follows the script from now on. */
  public SimServer(
      String name,
      VirtualTime time,
      long seed,
      Script script,
      ServiceTime serviceTime,
      List<String> storages,
      Journal journal) {
    this.name = name;
    this.time = time;
    this.seed = seed;
    this.serviceTime = serviceTime;
    this.storages = List.copyOf(storages);
    this.journal = journal;
    for (Script.Change change : script.changes()) {
      time.at(change.atNanos(), () -> behave(change.behaviour()));
    }
  }

  /** Its name, such as {@code network}. */
  public String name() {
    return name;
  }

  /** What became of the calls. */
  public Journal journal() {
    return journal;
  }

  /** How it can be reached. */
  public Link link() {
    return behaviour.link();
  }

  /** A connection was made. */
  public void accept(Peer peer) {
    peers.add(peer);
  }

  /** A connection is gone. */
  public void forget(Peer peer) {
    peers.remove(peer);
  }

  /** Runs a task when packets get through; never if the process dies first. */
  public void whenOpen(Runnable task) {
    when(link() == Link.OPEN, task);
  }

  /** Runs a task when the process runs; never if it dies first. */
  void whenRunning(Runnable task) {
    when(link() == Link.OPEN || link() == Link.BLACK_HOLE, task);
  }

  private void when(boolean now, Runnable task) {
    if (now) {
      task.run();
    } else if (link() != Link.DOWN) {
      kept.add(task);
    }
  }

  private void behave(Behaviour next) {
    behaviour = next;
    switch (next.link()) {
      case DOWN -> die();
      case OPEN -> {
        List<Runnable> now = new ArrayList<>(kept);
        kept.clear();
        now.forEach(Runnable::run);
      }
      case FROZEN, BLACK_HOLE -> {}
    }
  }

  private void die() {
    kept.clear();
    new ArrayList<>(running).forEach(Work::stop);
    List<Peer> lost = new ArrayList<>(peers);
    peers.clear();
    lost.forEach(Peer::reset);
  }

  /** A whole request has arrived. */
  public void receive(Incoming call) {
    if (call.isGone()) {
      return;
    }
    switch (call.method()) {
      case "grpc.health.v1.Health/Check" -> answer(call, SERVING);
      case "gitaly.ServerService/ServerInfo" -> answer(call, serverInfo());
      default -> begin(call);
    }
  }

  private void begin(Incoming call) {
    Asked asked = Asked.of(call);
    Chance chance = Chance.of(seed, name, call.number());
    long nanos = (long) (serviceTime.nanos(asked, chance) * behaviour.slowness());
    for (Fault fault : behaviour.faults()) {
      Fault.Refusal refusal = fault.refuse(asked, running.size(), chance);
      if (refusal != null) {
        new Work(this, call, asked).fail(refusal, refusal.worked() ? nanos / 2 : 0);
        return;
      }
    }
    new Work(this, call, asked).serve(nanos);
  }

  private void answer(Incoming call, byte[] message) {
    call.headers();
    call.message(message);
    call.close(Status.OK, /* detailed= */ false);
  }

  private byte[] serverInfo() {
    ServerInfoResponse.Builder answer =
        ServerInfoResponse.newBuilder().setServerVersion("16.7.0").setGitVersion("2.42.0");
    for (String storage : storages) {
      answer
          .addStorageStatusesBuilder()
          .setStorageName(storage)
          .setReadable(true)
          .setWriteable(true)
          .setFsType(behaviour.mounted() ? "NFS" : "EXT_2_3_4")
          .setFilesystemIdBytes(
              ByteString.copyFromUtf8(behaviour.mounted() ? "share-of-" + storage : "root"));
    }
    return answer.build().toByteArray();
  }

  VirtualTime time() {
    return time;
  }

  void began(Work work) {
    running.add(work);
  }

  void ended(Work work) {
    running.remove(work);
  }
}
