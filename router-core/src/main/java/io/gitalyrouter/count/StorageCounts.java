package io.gitalyrouter.count;

import io.gitalyrouter.call.CallRecorder;
import io.gitalyrouter.call.RunningCall;
import io.gitalyrouter.route.Decision;
import io.gitalyrouter.route.Reason;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.stripe.StripedCounts;
import io.gitalyrouter.stripe.Stripes;
import io.gitalyrouter.time.Ticker;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The calls of one storage. A call finds its counts by its method's identity and adds to them, with
 * no lock but for the first call of a method. What is in flight is the difference of counts, so it
 * cannot drift from them. <em>Thread-safe.</em>
 */
public final class StorageCounts implements CallRecorder {
  /** Stubs make a descriptor for each method once; others are found by name. */
  private static final int MOST_DESCRIPTORS = 1_000;

  private static final int REASONS = Reason.values().length;

  private final Ticker ticker;
  private final MethodLimit limit;
  private final CountListener listener;
  private final StripedCounts decisions = new StripedCounts(Route.values().length * REASONS);
  private final OldestCall oldestLocal = new OldestCall();
  private final OldestCall oldestNetwork = new OldestCall();

  /** By identity. Written by the first call of a method, read by every other. */
  private final Map<MethodDescriptor<?, ?>, MethodCounts> known = new ConcurrentHashMap<>();

  /** By full name; grown by the first call of a method, within the limit. */
  private final Map<String, MethodCounts> methods = new ConcurrentHashMap<>();

  /** The methods for which there was no place. */
  private final MethodCounts other = new MethodCounts(MethodName.OTHER, this);

  /** Written by release, read by the first call of a method: a late read keeps a place taken. */
  private volatile boolean released;

  /**
   * Counts of nothing.
   *
   * @param limit shared by all storages of a router
   */
  public StorageCounts(Ticker ticker, MethodLimit limit, CountListener listener) {
    this.ticker = ticker;
    this.limit = limit;
    this.listener = listener;
  }

  @Override
  public RunningCall started(MethodDescriptor<?, ?> method, Decision decision, long startNanos) {
    MethodCounts counts = known.get(method);
    if (counts == null) {
      counts = learn(method);
    }
    decisions.increment(index(decision.route(), decision.reason()));
    CountedCalls calls = counts.of(Stripes.mine());
    calls.started(decision.route(), startNanos);
    return calls;
  }

  private MethodCounts learn(MethodDescriptor<?, ?> method) {
    MethodCounts counts =
        methods.computeIfAbsent(
            method.getFullMethodName(),
            name ->
                !released && limit.tryTake()
                    ? new MethodCounts(MethodName.of(method), this)
                    : null);
    MethodCounts result = counts == null ? other : counts;
    if (known.size() < MOST_DESCRIPTORS) {
      known.put(method, result);
    }
    return result;
  }

  @SuppressWarnings("EnumOrdinal") // Places in memory only: nobody stores them.
  private static int index(Route route, Reason reason) {
    return route.ordinal() * REASONS + reason.ordinal();
  }

  OldestCall oldest(Route route) {
    return route == Route.LOCAL ? oldestLocal : oldestNetwork;
  }

  CountListener listener() {
    return listener;
  }

  long nanos() {
    return ticker.nanos();
  }

  /** The calls that were sent to this route for this reason. */
  public long decided(Route route, Reason reason) {
    return decisions.sum(index(route, reason));
  }

  /** The calls that began on this route. */
  public long started(Route route) {
    long started = 0;
    for (Reason reason : Reason.values()) {
      started += decided(route, reason);
    }
    return started;
  }

  /** The calls that run on this route. */
  public long inFlight(Route route) {
    long running = 0;
    for (MethodCounts method : methods()) {
      running += method.on(route).map(RouteCounts::inFlight).orElse(0L);
    }
    return running;
  }

  /** The age of the oldest call that runs on this route, to a second; empty if none runs. */
  public Optional<Duration> oldestAge(Route route) {
    return oldest(route).age(ticker.nanos());
  }

  /** The methods that were called; the last is {@link MethodName#OTHER}. */
  public Collection<MethodCounts> methods() {
    List<MethodCounts> all = new ArrayList<>(methods.values());
    all.add(other);
    return all;
  }

  /** Nobody looks any more: the places of its methods are free. */
  public void release() {
    released = true;
    limit.giveBack(methods.size());
  }
}
