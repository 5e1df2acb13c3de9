package io.gitalyrouter.transport;

import io.gitalyrouter.event.EndpointState;
import io.gitalyrouter.route.Endpoint;
import io.gitalyrouter.route.NetworkCondition;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.stripe.Stripes;
import io.gitalyrouter.time.Ticker;
import io.gitalyrouter.transport.WatchedCall.Nudge;
import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.CompositeCallCredentials;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint with its channel. Calls take a lease before they use it, so that it is closed only
 * behind the last of them. Several tables and storages share one. <em>Thread-safe.</em>
 */
public final class LiveEndpoint {
  private final Route route;
  private final Endpoint endpoint;
  private final ManagedChannel channel;
  private final @Nullable CallCredentials credentials;

  /**
   * What calls are sent with: {@link #credentials}, or what a drill put in their place. Written in
   * the synchronization context, read by every call; a stale read makes one call as before.
   */
  private volatile @Nullable CallCredentials inUse;

  /** The fault of the drill that is on, for status. As {@link #inUse}. */
  private volatile @Nullable InjectedFault fault;

  private final Ticker ticker;
  private final Leases leases;

  /**
   * What is known of the endpoint. Written by its watch in the router's synchronization context,
   * read by every call; a stale read sends a call where it would have gone a moment ago, and the
   * watch finds it among the watched ones of its lease.
   */
  private volatile EndpointState state = EndpointState.DARK;

  /** As {@link #state}; counted before the state is written. */
  private volatile int suspicions;

  /**
   * Whether bytes came from the endpoint since the watch took this. Set by any I/O thread, which
   * writes only if nobody has; taken by the watch before it reads the clock, so that what comes
   * meanwhile is told by this or by the next.
   */
  private volatile boolean heard;

  /** When {@link #heard} was last taken. Confined to the synchronization context. */
  private long heardNanos;

  /**
   * What the server says of itself; null until it has said, and after each new connection. Written
   * in the synchronization context, read there and by status.
   */
  private volatile @Nullable ServerReport report;

  /** Why the last survey failed. As {@link #report}. */
  private volatile @Nullable Status surveyFailure;

  /** Set by calls and checks, cleared when the server is asked; a lost write is made again. */
  private volatile boolean storageDoubted;

  /** As {@link #storageDoubted}. */
  private volatile boolean storageContradicted;

  /** Whether a role needs to know; set once. As {@link #report}. */
  private volatile boolean surveyWanted;

  LiveEndpoint(
      Route route,
      Endpoint endpoint,
      ManagedChannel channel,
      @Nullable CallCredentials credentials,
      Ticker ticker,
      Runnable onDrained) {
    this.route = route;
    this.endpoint = endpoint;
    this.channel = channel;
    this.credentials = credentials;
    this.inUse = credentials;
    this.ticker = ticker;
    this.leases = new Leases(this, onDrained);
    this.heardNanos = ticker.nanos();
  }

  /** Which side it is on. */
  public Route route() {
    return route;
  }

  /** The address and what it takes to be let in. */
  public Endpoint endpoint() {
    return endpoint;
  }

  /**
   * How often it became SUSPECT. A failure of a call that was running then is old news: the watch
   * knew it first, and the breaker need not hear of it when the endpoint is back.
   */
  public int suspicions() {
    return suspicions;
  }

  /** What is known of it. */
  public EndpointState state() {
    return state;
  }

  /** What to tell people: a retired endpoint drains, whatever its connection does. */
  public EndpointState reportedState() {
    EndpointState known = state;
    return leases.isRetired() && known != EndpointState.CLOSED ? EndpointState.DRAINING : known;
  }

  /** What is known of it, as the decision asks. */
  public NetworkCondition condition() {
    return switch (state) {
      case READY -> NetworkCondition.READY;
      case SUSPECT -> NetworkCondition.SUSPECT;
      default -> NetworkCondition.NOT_READY;
    };
  }

  /** A lease for one call, to be given back once; null if the endpoint is on its way out. */
  public @Nullable Lease tryLease() {
    return leases.tryAcquire(Stripes.mine());
  }

  /**
   * As above, and null if as many calls as that run here already, 0 for no limit. Two calls that
   * come at once for the last place may both be refused.
   */
  public @Nullable Lease tryLease(int limit) {
    return limit == 0 ? tryLease() : leases.tryAcquire(Stripes.mine(), limit);
  }

  /** Whether leases are refused because no table names the endpoint any more. */
  public boolean isRetired() {
    return leases.isRetired();
  }

  /** Whether as many calls run here as that; never with 0. */
  public boolean isFull(int limit) {
    return limit > 0 && leases.count() >= limit;
  }

  /** The calls that hold a lease. */
  public long inFlight() {
    return leases.count();
  }

  /**
   * Makes a call, which needs a lease, with the endpoint's token.
   *
   * @param context the caller's: its deadline and its cancellation hold for the call, whichever
   *     thread makes it
   */
  public <Q, P> ClientCall<Q, P> newCall(
      MethodDescriptor<Q, P> method, CallOptions options, Context context) {
    Context previous = context.attach();
    try {
      return channel.newCall(method, withToken(options));
    } finally {
      context.detach(previous);
    }
  }

  private CallOptions withToken(CallOptions options) {
    CallCredentials now = inUse;
    if (now == null) {
      return options;
    }
    CallCredentials own = options.getCredentials();
    return options.withCallCredentials(own == null ? now : new CompositeCallCredentials(own, now));
  }

  /**
   * Has new calls, probes too, meet this fault from now on.
   *
   * @return ends it, if it is still this one
   */
  public Runnable inject(InjectedFault next, ScheduledExecutorService scheduler) {
    FaultyCredentials faulty = new FaultyCredentials(next, credentials, scheduler);
    fault = next;
    inUse = faulty;
    return () -> {
      if (inUse == faulty) {
        heal();
      }
    };
  }

  /** Ends the fault that is on. */
  public void heal() {
    fault = null;
    inUse = credentials;
  }

  /** The fault that a drill made up; empty when no drill is on. */
  public Optional<InjectedFault> fault() {
    return Optional.ofNullable(fault);
  }

  /** Bytes came from the endpoint: it lives. */
  public void heard() {
    if (!heard) {
      heard = true;
    }
  }

  @Nullable ServerReport report() {
    return report;
  }

  /** The version that the server behind the newest connection told; empty until it has. */
  public Optional<String> version() {
    ServerReport known = report;
    return known == null ? Optional.empty() : Optional.of(known.version());
  }

  void report(@Nullable ServerReport answer) {
    report = answer;
    surveyFailure = null;
  }

  @Nullable Status surveyFailure() {
    return surveyFailure;
  }

  /** The last report stays: only a new connection makes it void. */
  void surveyFailure(Status status) {
    surveyFailure = status;
  }

  /**
   * There is reason to ask sooner what the server serves: it does not find a repository, or the
   * sides were found to differ.
   */
  public void doubtStorage() {
    storageDoubted = true;
  }

  /** The local side has what this one says is not there: ask at once what the server serves. */
  public void contradictStorage() {
    storageContradicted = true;
  }

  boolean isStorageContradicted() {
    return storageContradicted;
  }

  boolean isStorageDoubted() {
    return storageDoubted;
  }

  void storageAsked() {
    storageDoubted = false;
    storageContradicted = false;
  }

  boolean isSurveyWanted() {
    return surveyWanted;
  }

  void wantSurvey() {
    surveyWanted = true;
  }

  /** A deadline in the router's own time, for the router's own questions. */
  Deadline deadline(Duration timeout) {
    Deadline.Ticker time =
        new Deadline.Ticker() {
          @Override
          public long nanoTime() {
            return ticker.nanos();
          }
        };
    return Deadline.after(timeout.toNanos(), TimeUnit.NANOSECONDS, time);
  }

  /**
   * When bytes last came from the endpoint: now, if some have since this was last asked, so who
   * asks seldom learns it late.
   */
  long heardNanos() {
    if (heard) {
      heard = false;
      heardNanos = ticker.nanos();
    }
    return heardNanos;
  }

  ManagedChannel channel() {
    return channel;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // One writer: the synchronization context.
  void state(EndpointState next) {
    if (next == EndpointState.SUSPECT) {
      suspicions++;
    }
    state = next;
  }

  void nudgeAll(Nudge why) {
    forEachWatched(call -> call.nudge(why));
  }

  void ageCalls(long nowNanos, boolean speaks) {
    forEachWatched(call -> call.age(nowNanos, speaks));
  }

  void forEachWatched(Consumer<WatchedCall> task) {
    leases.forEachWatched(task);
  }

  /** Refuses leases from now on; returns whether none is out. */
  boolean retire() {
    return leases.retire();
  }

  @Override
  public String toString() {
    return route.label() + " " + endpoint.address();
  }
}
