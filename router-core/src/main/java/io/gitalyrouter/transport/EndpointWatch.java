package io.gitalyrouter.transport;

import io.gitalyrouter.event.EndpointState;
import io.gitalyrouter.event.RouterEvent.EndpointChanged;
import io.gitalyrouter.event.RouterEvent.Trouble;
import io.gitalyrouter.event.RouterListener;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.transport.WatchedCall.Nudge;
import io.grpc.ConnectivityState;
import io.grpc.Status;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * Follows the connection of one endpoint and says what state it is in.
 *
 * <pre>
 *   DARK -> CONNECTING -> READY <-> SUSPECT       READY, SUSPECT -> CONNECTING (connection lost)
 *              |  ^         any -> UNREACHABLE (an attempt failed) -> READY
 *              +--+ given up after connect + settle time, begun anew
 * </pre>
 *
 * <p>A network endpoint is kept connected and, on silence, probed; a local one connects when it is
 * used. Both are dialled again within a second while they are unreachable, however long the outage
 * was. <em>Not thread-safe; confined to the router's synchronization context.</em>
 */
final class EndpointWatch {
  /** A server may say something else each time; people need not hear it all. */
  private static final int MAX_TOLD = 8;

  private final LiveEndpoint endpoint;
  private final WatchContext context;
  private final TransportSettings settings;
  private final RouterListener listener;
  private final SilenceWatch silence;
  private final ServerSurvey survey;
  private final boolean isNetwork;

  /** What was told since the endpoint was last connected. */
  private final Set<Trouble> told = new HashSet<>();

  private boolean keepConnected;
  private boolean stopped;
  private int failures;
  private long attemptSinceNanos;
  private boolean redialPending;

  EndpointWatch(
      LiveEndpoint endpoint,
      WatchContext context,
      TransportSettings settings,
      RouterListener listener,
      Runnable onReport) {
    this.endpoint = endpoint;
    this.context = context;
    this.settings = settings;
    this.listener = listener;
    this.isNetwork = endpoint.route() == Route.NETWORK;
    this.keepConnected = isNetwork;
    this.silence = new SilenceWatch(endpoint, context, settings, this::verdict);
    this.survey = new ServerSurvey(endpoint, context, settings, listener, onReport);
  }

  void start() {
    attemptSinceNanos = context.ticker().nanos();
    follow();
  }

  /** The endpoint drains: its last calls are watched, and a lost connection stays lost. */
  void letGo() {
    keepConnected = false;
  }

  void stop() {
    stopped = true;
    silence.stop();
  }

  /** Looks at what only time shows: silence, the age of calls, attempts that never end. */
  void tick() {
    if (stopped) {
      return;
    }
    long now = context.ticker().nanos();
    survey.tick(now);
    if (!isNetwork) {
      return;
    }
    endpoint.ageCalls(now, silence.isHeard(now));
    switch (endpoint.state()) {
      case READY, SUSPECT -> silence.tick(now);
      case CONNECTING, UNREACHABLE -> abandonHungAttempt(now);
      default -> {}
    }
  }

  /** grpc has no limit of its own for a peer that accepts a connection and never speaks. */
  private void abandonHungAttempt(long now) {
    Duration limit = settings.connectTimeout().plus(settings.settleTimeout());
    if (now - attemptSinceNanos > limit.toNanos()) {
      attemptSinceNanos = now;
      change(EndpointState.UNREACHABLE, "no usable connection within " + limit.toMillis() + " ms");
      endpoint.channel().enterIdle();
    }
  }

  /** Reads the channel's state, acts on it, and asks to be told of the next one. */
  private void follow() {
    if (stopped) {
      return;
    }
    ConnectivityState seen = endpoint.channel().getState(/* requestConnection= */ keepConnected);
    switch (seen) {
      case READY -> onReady();
      case TRANSIENT_FAILURE -> onFailure();
      case IDLE -> {
        if (keepConnected) {
          onLost(endpoint.state() == EndpointState.DARK ? "named" : "the connection was closed");
        } else {
          change(EndpointState.DARK, "idle");
        }
      }
      case CONNECTING -> onLost("connecting");
      case SHUTDOWN -> stop();
    }
    endpoint.channel().notifyWhenStateChanged(seen, () -> context.execute(this::follow));
  }

  private void onReady() {
    failures = 0;
    told.clear();
    endpoint.heard();
    silence.reset();
    survey.reset();
    change(EndpointState.READY, "connected");
    survey.tick(context.ticker().nanos());
  }

  private void onLost(String why) {
    if (endpoint.state() == EndpointState.UNREACHABLE) {
      return;
    }
    if (endpoint.state() != EndpointState.CONNECTING) {
      attemptSinceNanos = context.ticker().nanos();
    }
    change(EndpointState.CONNECTING, why);
  }

  private void onFailure() {
    if (endpoint.state() != EndpointState.UNREACHABLE) {
      change(EndpointState.UNREACHABLE, "the connection attempt failed");
      tellWhy();
    }
    redialLater();
  }

  /** A channel keeps to itself why it failed; a call on it, which fails at once, is told. */
  private void tellWhy() {
    HealthProbe.ask(
        endpoint,
        settings.probeTimeout(),
        status ->
            context.execute(
                () -> {
                  if (!stopped && status.getCode() == Status.Code.UNAVAILABLE) {
                    tellOnce(TroubleText.of(endpoint, status));
                  }
                }));
  }

  private void tellOnce(Trouble trouble) {
    if (told.size() < MAX_TOLD && told.add(trouble)) {
      listener.onEvent(trouble);
    }
  }

  /** grpc's own pause grows to two minutes; the way back must not. */
  private void redialLater() {
    if (redialPending) {
      return;
    }
    redialPending = true;
    failures++;
    context.schedule(this::redial, pause());
  }

  private void redial() {
    redialPending = false;
    if (stopped || endpoint.state() != EndpointState.UNREACHABLE) {
      return;
    }
    // Another thing may be wrong by now, such as what lies behind the one that was mended.
    tellWhy();
    endpoint.channel().resetConnectBackoff();
    // A failed attempt leaves the channel in the same state, so no notice comes: ask again.
    redialLater();
  }

  /**
   * Doubles up to the maximum, then is drawn between half and all of it: a fleet must not march.
   */
  private Duration pause() {
    long min = settings.redialMin().toNanos();
    long max = settings.redialMax().toNanos();
    long full = Math.min(max, min << Math.min(failures - 1, 16));
    long half = full / 2;
    return Duration.ofNanos(half + (long) (context.random().nextDouble() * half));
  }

  private void verdict(EndpointState next, String why) {
    if (!stopped) {
      change(next, why);
    }
  }

  private void change(EndpointState next, String why) {
    EndpointState before = endpoint.state();
    if (before == next) {
      return;
    }
    endpoint.state(next);
    if (next == EndpointState.SUSPECT) {
      endpoint.nudgeAll(Nudge.SILENT);
    } else if (next != EndpointState.READY) {
      endpoint.nudgeAll(Nudge.DISCONNECTED);
    }
    listener.onEvent(new EndpointChanged(endpoint.endpoint().address(), before, next, why));
  }
}
