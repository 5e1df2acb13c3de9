package io.gitalyrouter.transport;

import io.gitalyrouter.route.ConnectionSettings;
import java.time.Duration;

/**
 * How connections are made and watched. <em>Immutable.</em>
 *
 * @param connectTimeout for the TCP connection; above 0
 * @param settleTimeout from the first packet to a usable HTTP/2 connection: grpc itself waits for
 *     ever on a peer that accepts and never speaks; above 0
 * @param keepAliveTime between HTTP/2 pings on a network connection; at least 20 s, because older
 *     Gitaly servers throw out a client that pings more often
 * @param keepAliveTimeout after which an unanswered ping closes the connection; above 0
 * @param silence after which an endpoint with calls in flight is probed; above 0
 * @param probeTimeout for the first probe; above 0
 * @param secondProbeTimeout for the probe that follows a miss at once; above 0
 * @param idleProbeInterval between probes of an endpoint without calls, and between surveys of what
 *     a server serves; above 0
 * @param surveyTimeout for the question what a server is and serves; above 0
 * @param redialMin the shortest pause before another connection attempt; above 0
 * @param redialMax the longest pause, reached after repeated failures
 */
public record TransportSettings(
    Duration connectTimeout,
    Duration settleTimeout,
    Duration keepAliveTime,
    Duration keepAliveTimeout,
    Duration silence,
    Duration probeTimeout,
    Duration secondProbeTimeout,
    Duration idleProbeInterval,
    Duration surveyTimeout,
    Duration redialMin,
    Duration redialMax) {

  /** Finds a black hole within 2.5 s, and a server that is back within a second. */
  public static final TransportSettings DEFAULT =
      new TransportSettings(
          Duration.ofSeconds(2),
          Duration.ofSeconds(3),
          Duration.ofSeconds(20),
          Duration.ofSeconds(10),
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          Duration.ofMillis(500),
          Duration.ofSeconds(15),
          Duration.ofSeconds(5),
          Duration.ofMillis(100),
          Duration.ofMillis(800));

  /** These settings, but for what an endpoint has of its own. */
  TransportSettings with(ConnectionSettings own) {
    return new TransportSettings(
        own.connectTimeout().orElse(connectTimeout),
        settleTimeout,
        own.keepAliveTime().orElse(keepAliveTime),
        own.keepAliveTimeout().orElse(keepAliveTimeout),
        silence,
        probeTimeout,
        secondProbeTimeout,
        idleProbeInterval,
        surveyTimeout,
        redialMin,
        redialMax);
  }
}
