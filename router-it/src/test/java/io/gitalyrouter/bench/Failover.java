package io.gitalyrouter.bench;

import io.gitalyrouter.GitalyRouter;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;

/**
 * What callers notice when the first of two servers is killed, frozen, or taken out of use: calls
 * start at a fixed rate, whatever became of those before.
 */
final class Failover {
  private static final int CALLS_PER_SECOND = 200;
  private static final long DEADLINE_MILLIS = 3_000;

  /** A call that takes longer was kept waiting; many times what a call takes on an idle machine. */
  private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final Path directory;
  private final Effort effort;

  Failover(Path directory, Effort effort) {
    this.directory = directory;
    this.effort = effort;
  }

  /** What happens to the first server. */
  enum Fault {
    /** SIGKILL. */
    KILL(2),
    /** SIGSTOP. */
    FREEZE(1),
    /** Ops take it out of use; it goes on. */
    TOGGLE(3);

    private final int part;

    Fault(int part) {
      this.part = part;
    }

    /** Of the longest time to watch, what this one needs: nobody notices a toggle for seconds. */
    long watchNanos(Effort effort) {
      return effort.trial().toNanos() / part;
    }
  }

  /** Who can do without the first server, or is asked what it does then. */
  enum Client {
    /** The router: the first server is its network side. */
    ROUTER("router"),
    /** grpc-gcp's switch, told to look at its errors every second, not every minute. */
    GCP_FALLBACK("grpc-gcp GcpFallbackChannel, period 1 s"),
    /** Armeria over both servers. */
    ARMERIA("Armeria, two endpoints + breaker + retry"),
    /** A proxy with both servers. */
    HAPROXY("HAProxy hop with a backup server"),
    /** A plain channel with a breaker. */
    BREAKER_INTERCEPTOR("grpc-java + resilience4j interceptor");

    private final String label;

    Client(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }

    /** Whether ops can move its calls while it runs, without a new channel. */
    boolean takes(Fault fault) {
      boolean isInstalled = this != HAPROXY || HaproxyHop.obstacle().isEmpty();
      return isInstalled && (this == ROUTER || fault != Fault.TOGGLE);
    }

    private Opened open(Site first, Site second) {
      return switch (this) {
        case ROUTER -> throw new IllegalStateException("opened with its toggle");
        case GCP_FALLBACK ->
            FallbackClient.open(first, second, Transport.TCP, Duration.ofSeconds(1));
        case ARMERIA -> ArmeriaClient.openOverTwo(first, second);
        case HAPROXY -> HaproxyHop.open(first, second);
        case BREAKER_INTERCEPTOR -> BreakerInterceptor.open(first, Transport.TCP);
      };
    }
  }

  /**
   * What one fault did.
   *
   * @param failed calls that did not end with OK
   * @param slow calls that took more than 250 ms and ended with OK
   * @param lastAffectedNanos from the fault to the end of the last such call; with a toggle, to the
   *     last start of a call that the first server served
   */
  record Outcome(Client client, Fault fault, long failed, long slow, long lastAffectedNanos) {}

  private record Call(long startNanos, long endNanos, boolean isOk, String server) {
    boolean isAffected() {
      return !isOk || endNanos - startNanos > SLOW_NANOS;
    }
  }

  /** All clients under all faults. */
  List<Outcome> run() throws IOException {
    List<Outcome> outcomes = new ArrayList<>();
    for (int trial = 0; trial < effort.trials(); trial++) {
      for (Fault fault : Fault.values()) {
        for (Client client : Client.values()) {
          if (client.takes(fault)) {
            outcomes.add(run(client, fault));
          }
        }
      }
    }
    return outcomes;
  }

  /** One client under one fault, with servers of their own. */
  Outcome run(Client client, Fault fault) throws IOException {
    try (ServerProcess first = ServerProcess.open(directory, "first");
        ServerProcess second = ServerProcess.open(directory, "second")) {
      Runnable hit = fault == Fault.KILL ? first::kill : first::freeze;
      Site firstSite = first.site();
      Site secondSite = second.site();
      if (client != Client.ROUTER) {
        try (Opened opened = client.open(firstSite, secondSite)) {
          return watch(client, fault, opened, hit);
        }
      }
      try (GitalyRouter router =
          RouterClient.router(
              RouterClient.table(
                  secondSite.endpoint(Transport.UNIX),
                  firstSite.endpoint(Transport.TCP),
                  /* roleIsOn= */ true))) {
        Opened opened = new Opened(router.channel(Services.STORAGE), () -> {});
        return watch(
            client,
            fault,
            opened,
            fault == Fault.TOGGLE ? () -> router.forceLocal("measured") : hit);
      }
    }
  }

  private Outcome watch(Client client, Fault fault, Opened opened, Runnable hit) {
    callFor(opened, effort.trial().toNanos() / 6, () -> {});
    AtomicLong hitNanos = new AtomicLong();
    List<Call> calls =
        callFor(
            opened,
            fault.watchNanos(effort),
            () -> {
              hitNanos.set(System.nanoTime());
              hit.run();
            });
    long failed = calls.stream().filter(call -> !call.isOk()).count();
    long affected = calls.stream().filter(Call::isAffected).count();
    return new Outcome(
        client, fault, failed, affected - failed, last(fault, calls, hitNanos.get()));
  }

  private static long last(Fault fault, List<Call> calls, long hitNanos) {
    if (fault == Fault.TOGGLE) {
      return calls.stream()
          .filter(call -> call.isAffected() || call.server().equals("first"))
          .mapToLong(call -> Math.max(0, call.startNanos() - hitNanos))
          .max()
          .orElse(0);
    }
    return calls.stream()
        .filter(Call::isAffected)
        .mapToLong(call -> call.endNanos() - hitNanos)
        .max()
        .orElse(0);
  }

  /** Calls for a time; after the first twentieth of it another thread does something. */
  private static List<Call> callFor(Opened opened, long lengthNanos, Runnable meanwhile) {
    Queue<Call> ended = new ConcurrentLinkedQueue<>();
    Workload workload = Workload.unarySmall();
    long intervalNanos = TimeUnit.SECONDS.toNanos(1) / CALLS_PER_SECOND;
    int count = (int) (lengthNanos / intervalNanos);
    CountDownLatch open = new CountDownLatch(count);
    Thread other = new Thread(meanwhile, "bench-fault");
    long startNanos = System.nanoTime();
    for (int i = 0; i < count; i++) {
      if (i == count / 20) {
        other.start();
      }
      long intendedNanos = startNanos + i * intervalNanos;
      for (long early = intendedNanos - System.nanoTime();
          early > 0;
          early = intendedNanos - System.nanoTime()) {
        LockSupport.parkNanos(early);
      }
      start(workload, opened, intendedNanos, ended, open);
    }
    try {
      other.join();
      if (!open.await(2 * DEADLINE_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException(open.getCount() + " calls did not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return List.copyOf(ended);
  }

  private static void start(
      Workload workload,
      Opened opened,
      long intendedNanos,
      Queue<Call> ended,
      CountDownLatch open) {
    BiConsumer<Status, String> end =
        (status, server) -> {
          ended.add(new Call(intendedNanos, System.nanoTime(), status.isOk(), server));
          open.countDown();
        };
    try {
      workload.start(opened.channel(), DEADLINE_MILLIS, end);
    } catch (CallNotPermittedException e) {
      end.accept(Status.UNAVAILABLE, "");
    }
  }
}
