package io.gitalyrouter.transport;

import io.gitalyrouter.event.EndpointState;
import java.time.Duration;
import java.util.function.BiConsumer;

/**
 * Tells a slow endpoint from a dead one. A hung server answers nothing, so errors alone never show
 * it. Whatever comes from the endpoint is proof of life; only silence is probed. Two misses in a
 * row make it SUSPECT, two answers bring it back. <em>Not thread-safe; confined to the router's
 * synchronization context.</em>
 */
final class SilenceWatch {
  private static final int ANSWERS_TO_RETURN = 2;

  private final LiveEndpoint endpoint;
  private final WatchContext context;
  private final TransportSettings settings;
  private final BiConsumer<EndpointState, String> verdict;
  private boolean stopped;
  private boolean probing;
  private boolean wasBusy;
  private long busySinceNanos;
  private long nextSuspectProbeNanos;
  private int answers;

  /** Numbers the connections: a probe's result from an older one says nothing of the newest. */
  private int connection;

  SilenceWatch(
      LiveEndpoint endpoint,
      WatchContext context,
      TransportSettings settings,
      BiConsumer<EndpointState, String> verdict) {
    this.endpoint = endpoint;
    this.context = context;
    this.settings = settings;
    this.verdict = verdict;
  }

  /** A new connection: what was known of the one before is void. */
  void reset() {
    connection++;
    probing = false;
    answers = 0;
    wasBusy = false;
  }

  void stop() {
    stopped = true;
  }

  /** Whether the endpoint speaks; if not, its silence is this watch's to judge. */
  boolean isHeard(long now) {
    return endpoint.state() == EndpointState.READY
        && now - endpoint.heardNanos() <= settings.silence().toNanos();
  }

  void tick(long now) {
    if (probing) {
      return;
    }
    if (endpoint.state() == EndpointState.SUSPECT) {
      if (now - nextSuspectProbeNanos >= 0) {
        probe(settings.probeTimeout(), /* second= */ false);
      }
      return;
    }
    boolean busy = endpoint.inFlight() > 0;
    if (busy && !wasBusy) {
      busySinceNanos = now;
    }
    wasBusy = busy;
    long silentFor = now - endpoint.heardNanos();
    long waitedFor = now - busySinceNanos;
    boolean owesAnAnswer = busy && Math.min(silentFor, waitedFor) > settings.silence().toNanos();
    if (owesAnAnswer || silentFor > settings.idleProbeInterval().toNanos()) {
      probe(settings.probeTimeout(), /* second= */ false);
    }
  }

  private void probe(Duration timeout, boolean second) {
    probing = true;
    int asked = connection;
    // What came until now is no answer.
    endpoint.heardNanos();
    long sentNanos = context.ticker().nanos();
    HealthProbe.send(
        endpoint,
        timeout,
        answered ->
            context.execute(
                () -> {
                  if (!stopped && asked == connection) {
                    probing = false;
                    // What came for other calls meanwhile counts as an answer too.
                    boolean lives = answered || endpoint.heardNanos() - sentNanos > 0;
                    onResult(lives, second);
                  }
                }));
  }

  private void onResult(boolean lives, boolean second) {
    if (endpoint.state() == EndpointState.SUSPECT) {
      answers = lives ? answers + 1 : 0;
      if (answers >= ANSWERS_TO_RETURN) {
        verdict.accept(EndpointState.READY, "answered " + answers + " probes in a row");
      } else {
        nextSuspectProbeNanos = context.ticker().nanos() + settings.secondProbeTimeout().toNanos();
      }
    } else if (lives) {
      endpoint.heard();
    } else if (second) {
      answers = 0;
      nextSuspectProbeNanos = context.ticker().nanos();
      verdict.accept(EndpointState.SUSPECT, "two probes in a row were not answered");
    } else {
      probe(settings.secondProbeTimeout(), /* second= */ true);
    }
  }
}
