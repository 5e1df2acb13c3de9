package io.gitalyrouter.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gitalyrouter.config.etcd.EtcdDocument;
import io.gitalyrouter.config.etcd.EtcdSource;
import io.gitalyrouter.config.source.ConfigSource;
import io.gitalyrouter.config.source.SourceContent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One document of a whole fleet in a real etcd, and as many hosts that watch it, each over a
 * connection of its own. <em>Immutable.</em>
 *
 * @param hosts so many
 * @param documentBytes the size of the document, which names them all
 * @param toggles what each change took
 * @param idleCpu processors that etcd uses while nothing changes
 */
public record EtcdFleet(int hosts, int documentBytes, List<Toggle> toggles, double idleCpu) {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Copies the list. */
  public EtcdFleet {
    toggles = List.copyOf(toggles);
  }

  /**
   * From the moment before a change is written.
   *
   * @param firstNanos until the first host has its bytes
   * @param lastNanos until the last one has
   */
  public record Toggle(long firstNanos, long lastNanos) {}

  /** Whether etcd is installed. */
  public static boolean isPossible() {
    return NeedsEtcd.isInstalled();
  }

  /** Who measures, and what. */
  public record Plan(int hosts, int storages, int toggles, Duration idle) {}

  private record Arrival(String change, long nanos) {}

  /** Measures; the hosts do not parse the document, as they all share this machine. */
  public static EtcdFleet measure(Path directory, Plan plan)
      throws IOException, InterruptedException {
    List<ConfigSource.Watch> watches = new ArrayList<>();
    BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
    try (EtcdServer etcd = EtcdServer.start(directory)) {
      etcd.write(text(plan, 0));
      for (int i = 0; i < plan.hosts(); i++) {
        watches.add(EtcdSource.of(etcd.settings()).watch(host(arrivals)));
      }
      await(arrivals, plan.hosts(), 0, System.nanoTime());
      double idleCpu = cpu(plan.idle());
      EtcdDocument document = etcd.document();
      long revision = document.read().revision();
      List<Toggle> toggles = new ArrayList<>();
      for (int change = 1; change <= plan.toggles(); change++) {
        byte[] text = text(plan, change).getBytes(UTF_8);
        long startNanos = System.nanoTime();
        revision = document.replace(revision, text);
        toggles.add(await(arrivals, plan.hosts(), change, startNanos));
      }
      return new EtcdFleet(plan.hosts(), text(plan, 1).length(), toggles, idleCpu);
    } finally {
      watches.forEach(ConfigSource.Watch::close);
    }
  }

  private static ConfigSource.Listener host(BlockingQueue<Arrival> arrivals) {
    return new ConfigSource.Listener() {
      @Override
      public void onContent(SourceContent content) {
        arrivals.add(new Arrival(firstLine(content), System.nanoTime()));
      }

      @Override
      public void onFailure(IOException failure) {
        // It tries again; a host that never has the change ends the measurement.
      }
    };
  }

  private static String firstLine(SourceContent content) {
    return new String(content.bytes(), UTF_8).lines().findFirst().orElse("");
  }

  /** Waits until all hosts have a change. */
  private static Toggle await(
      BlockingQueue<Arrival> arrivals, int hosts, int change, long startNanos)
      throws IOException, InterruptedException {
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    int seen = 0;
    while (seen < hosts) {
      Arrival arrival = arrivals.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      if (arrival == null) {
        throw new IOException(seen + " of " + hosts + " hosts have change " + change);
      }
      if (arrival.change().equals(head(change))) {
        seen++;
        first = Math.min(first, arrival.nanos() - startNanos);
        last = Math.max(last, arrival.nanos() - startNanos);
      }
    }
    return new Toggle(first, last);
  }

  private static String head(int change) {
    return "# change " + change;
  }

  private static String text(Plan plan, int change) {
    StringBuilder text = new StringBuilder(head(change)).append("\nversion: 1\nstorages:\n");
    for (int i = 0; i < plan.storages(); i++) {
      text.append(
          String.format(
              Locale.ROOT,
              "  nfs-%d: { local: { address: \"unix:/run/gitaly/gitaly.socket\" },"
                  + " network: { address: \"tcp://file%d.example.com:9999\" } }\n",
              i,
              i));
    }
    text.append("roles:\n  network-gitaly: { route: network, storages: [nfs-0], percent: ")
        .append(change % 2 == 0 ? 0.01 : 100)
        .append(" }\nhosts:\n");
    for (int i = 0; i < plan.hosts(); i++) {
      text.append("  git").append(i).append(": { roles: [network-gitaly] }\n");
    }
    return text.toString();
  }

  /** Processors that the children of this process use, of which etcd is the one at work. */
  private static double cpu(Duration length) {
    Duration before = childCpu();
    long startNanos = System.nanoTime();
    long left = length.toNanos();
    while (left > 0) {
      LockSupport.parkNanos(left);
      left = length.toNanos() - (System.nanoTime() - startNanos);
    }
    return (double) childCpu().minus(before).toNanos() / (System.nanoTime() - startNanos);
  }

  private static Duration childCpu() {
    return ProcessHandle.current()
        .children()
        .map(child -> child.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }
}
