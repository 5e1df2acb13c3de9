package io.gitalyrouter.sim.net;

import java.time.Duration;

/**
 * What lies between a client and a server. <em>Immutable.</em>
 *
 * @param oneWay how long a packet takes
 * @param connect from the first packet of a connection to the last of its handshake
 * @param connectTimeout after which a connection without an answer to its first packet fails
 * @param keepAliveTime of silence, after which the client pings; zero for never
 * @param keepAliveTimeout after which an unanswered ping ends the connection
 */
public record Wire(
    Duration oneWay,
    Duration connect,
    Duration connectTimeout,
    Duration keepAliveTime,
    Duration keepAliveTimeout) {
  /** A unix socket. */
  public static final Wire UNIX =
      new Wire(
          Duration.ofNanos(30_000),
          Duration.ofNanos(200_000),
          Duration.ofSeconds(2),
          Duration.ZERO,
          Duration.ofSeconds(10));

  /** TCP inside one data centre, with the time limits that the router gives its own channels. */
  public static final Wire TCP =
      new Wire(
          Duration.ofNanos(150_000),
          Duration.ofMillis(1),
          Duration.ofSeconds(2),
          Duration.ofSeconds(20),
          Duration.ofSeconds(10));
}
