package io.gitalyrouter.transport;

import io.gitalyrouter.event.EndpointState;
import io.gitalyrouter.event.RouterEvent.EndpointChanged;
import io.gitalyrouter.event.RouterEvent.StorageChecked;
import io.gitalyrouter.event.RouterEvent.Trouble;
import io.gitalyrouter.event.RouterListener;
import io.gitalyrouter.route.Token;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * All endpoints with a channel. Equal endpoints of the same side share one; one that no table names
 * any more is closed behind its last call. <em>Not thread-safe; confined to the router's
 * synchronization context, but for {@link #endpoints} and {@link #close}.</em>
 */
public final class EndpointPool {
  private static final Duration TICK = Duration.ofMillis(50);

  private final ChannelSource channels;
  private final Clock wallClock;
  private final WatchContext context;
  private final TransportSettings settings;
  private final RouterListener listener;
  private final Map<EndpointKey, Entry> named = new HashMap<>();

  /**
   * Endpoints that no table names, with calls still on them: those calls are watched to the end.
   */
  private final Map<LiveEndpoint, Entry> draining = new HashMap<>();

  /** Named and draining endpoints. Written in the context, read by status from any thread. */
  private final Set<LiveEndpoint> all = ConcurrentHashMap.newKeySet();

  private List<StorageCheck> checks = List.of();
  private boolean ticking;
  private boolean closed;

  /**
   * An empty pool.
   *
   * @param channels makes the channels; {@link #close} closes it
   * @param wallClock dates the tokens
   */
  public EndpointPool(
      ChannelSource channels,
      WatchContext context,
      TransportSettings settings,
      Clock wallClock,
      RouterListener listener) {
    this.channels = channels;
    this.wallClock = wallClock;
    this.context = context;
    this.settings = settings;
    this.listener = listener;
  }

  /**
   * Opens what is not open yet. What was open already stays as it is.
   *
   * @throws IOException if a token or a certificate cannot be read; nothing is left open then
   */
  public Map<EndpointKey, LiveEndpoint> open(Set<EndpointKey> wanted) throws IOException {
    List<Entry> opened = new ArrayList<>();
    Map<EndpointKey, LiveEndpoint> result = new HashMap<>();
    try {
      for (EndpointKey key : wanted) {
        Entry entry = named.get(key);
        if (entry == null) {
          entry = create(key);
          opened.add(entry);
        }
        result.put(key, entry.live());
      }
    } catch (IOException e) {
      opened.forEach(entry -> entry.live().channel().shutdownNow());
      throw e;
    }
    for (Entry entry : opened) {
      named.put(entry.key(), entry);
      all.add(entry.live());
      entry.watch().start();
    }
    if (!ticking) {
      ticking = true;
      tick();
    }
    return result;
  }

  /** Lets go of every endpoint but these. */
  public void retain(Set<EndpointKey> wanted) {
    for (EndpointKey key : new LinkedHashSet<>(named.keySet())) {
      if (!wanted.contains(key)) {
        Entry gone = named.remove(key);
        if (gone != null) {
          retire(gone);
        }
      }
    }
  }

  /** Keeps these checks up to date from now on, and no others. */
  public void check(List<StorageCheck> wanted) {
    checks = List.copyOf(wanted);
    // Asks now what these checks need to know, not at the next tick.
    named.values().forEach(entry -> entry.watch().tick());
    refreshChecks();
  }

  private void refreshChecks() {
    for (StorageCheck check : checks) {
      if (check.refresh()) {
        listener.onEvent(
            new StorageChecked(
                check.storage(), check.verdict().result().name(), check.verdict().why()));
      }
      Trouble versions = check.versionTrouble();
      if (versions != null) {
        listener.onEvent(versions);
      }
    }
  }

  private Entry create(EndpointKey key) throws IOException {
    FollowedFiles files = new FollowedFiles(key.toString(), listener, context.ticker().nanos());
    GitalyToken signer = signer(key.endpoint().token(), files);
    ManagedChannel channel = channels.open(key.endpoint(), files);
    AtomicReference<@Nullable LiveEndpoint> self = new AtomicReference<>();
    LiveEndpoint live =
        new LiveEndpoint(
            key.route(),
            key.endpoint(),
            channel,
            signer,
            context.ticker(),
            () -> context.execute(() -> finish(self.get())));
    self.set(live);
    return new Entry(
        key,
        live,
        new EndpointWatch(
            live,
            context,
            settings.with(key.endpoint().connection()),
            listener,
            this::refreshChecks),
        files);
  }

  private @Nullable GitalyToken signer(Token token, FollowedFiles files) throws IOException {
    if (token.isNone()) {
      return null;
    }
    GitalyToken signer = new GitalyToken(token.secret(), wallClock);
    files.follow(
        token.file().stream().toList(),
        () -> signer.secret(token.secret()),
        "calls are signed with the secret that was read before");
    return signer;
  }

  private void retire(Entry entry) {
    LiveEndpoint live = entry.live();
    EndpointState before = live.state();
    draining.put(live, entry);
    if (live.retire()) {
      finish(live);
      return;
    }
    entry.watch().letGo();
    String why = "no longer named; " + live.inFlight() + " calls are running";
    listener.onEvent(
        new EndpointChanged(live.endpoint().address(), before, EndpointState.DRAINING, why));
  }

  private void finish(@Nullable LiveEndpoint live) {
    Entry entry = live == null ? null : draining.remove(live);
    if (entry == null || live == null) {
      return;
    }
    EndpointState before = live.state();
    entry.watch().stop();
    all.remove(live);
    live.state(EndpointState.CLOSED);
    // At once: grpc keeps a connection attempt that was abandoned alive for five seconds more, and
    // no call is left to wait for.
    live.channel().shutdownNow();
    listener.onEvent(
        new EndpointChanged(
            live.endpoint().address(), before, EndpointState.CLOSED, "no call is left"));
  }

  private void tick() {
    if (closed) {
      return;
    }
    try {
      long now = context.ticker().nanos();
      named.values().forEach(entry -> entry.tick(now));
      draining.values().forEach(entry -> entry.watch().tick());
      refreshChecks();
    } finally {
      // Whatever one endpoint does, the others must go on being watched.
      context.schedule(this::tick, TICK);
    }
  }

  /**
   * Cancels the calls on endpoints that no table names; those that may move do.
   *
   * @return how many endpoints had calls
   */
  public int cancelDraining() {
    List<LiveEndpoint> left = List.copyOf(draining.keySet());
    left.forEach(live -> live.channel().shutdownNow());
    return left.size();
  }

  /** Every endpoint with a channel, those that drain included. Thread-safe. */
  public List<LiveEndpoint> endpoints() {
    return List.copyOf(all);
  }

  /** Stops all watching and lets go of everything; running calls go on. */
  public void retireAll() {
    closed = true;
    retain(Set.of());
  }

  /**
   * Waits for the last calls, then cancels what is left and stops the I/O threads. Blocks; must not
   * run in the synchronization context.
   *
   * @param grace how long running calls may take to end
   */
  public void close(Duration grace) {
    long end = context.ticker().nanos() + grace.toNanos();
    List<LiveEndpoint> left = endpoints();
    try {
      for (LiveEndpoint live : left) {
        live.channel().shutdown();
      }
      for (LiveEndpoint live : left) {
        long remaining = Math.max(0, end - context.ticker().nanos());
        if (!live.channel().awaitTermination(remaining, TimeUnit.NANOSECONDS)) {
          live.channel().shutdownNow();
        }
      }
    } catch (InterruptedException e) {
      left.forEach(live -> live.channel().shutdownNow());
      Thread.currentThread().interrupt();
    }
    channels.close();
  }

  private record Entry(
      EndpointKey key, LiveEndpoint live, EndpointWatch watch, FollowedFiles files) {
    void tick(long now) {
      watch.tick();
      files.tick(now);
    }
  }
}
