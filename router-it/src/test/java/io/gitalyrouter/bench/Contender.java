package io.gitalyrouter.bench;

import java.time.Duration;

/** A way to call a Gitaly server. <em>Immutable.</em> */
enum Contender {
  /** grpc-java's channel with nothing before it: what all are compared with. */
  PLAIN("plain grpc-java"),
  /** The router, with its role off. */
  ROUTER_LOCAL("router, local route"),
  /** The router, with its role on and every call kept for a replay. */
  ROUTER_NETWORK("router, network route, replay armed"),
  /** Two plain channels behind grpc-gcp's switch. */
  GCP_FALLBACK("grpc-gcp GcpFallbackChannel"),
  /** A plain channel with a circuit breaker of resilience4j before it. */
  BREAKER_INTERCEPTOR("grpc-java + resilience4j interceptor"),
  /** Armeria's client. */
  ARMERIA("Armeria"),
  /** Armeria's client with its circuit breaker and its retry. */
  ARMERIA_RETRY("Armeria + breaker + retry"),
  /** A plain channel to a proxy on this host, which goes on over TCP. */
  HAPROXY("HAProxy hop, unix -> TCP"),
  /** The plain channel, its calls told on a pool of as many threads as there are processors. */
  PLAIN_BOUNDED("plain grpc-java, bounded executor"),
  /** Another plain channel: how far two of the same are apart. */
  PLAIN_AGAIN("plain grpc-java, a second channel");

  private final String label;

  Contender(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  /**
   * Whether it takes part only in shapes that targets speak of, to tell what their numbers mean.
   */
  boolean isControl() {
    return this == PLAIN_BOUNDED || this == PLAIN_AGAIN;
  }

  /** Why it cannot take part; empty if it can. */
  String obstacle() {
    return this == HAPROXY ? HaproxyHop.obstacle() : "";
  }

  /** Opens a channel to a server, and waits until it is connected. */
  Opened open(Site site, Transport transport) {
    return switch (this) {
      case PLAIN, PLAIN_AGAIN -> PlainClient.open(site, transport);
      case ROUTER_LOCAL -> RouterClient.open(site, transport, /* roleIsOn= */ false);
      case ROUTER_NETWORK -> RouterClient.open(site, transport, /* roleIsOn= */ true);
      case GCP_FALLBACK -> FallbackClient.open(site, site, transport, Duration.ofMinutes(1));
      case BREAKER_INTERCEPTOR -> BreakerInterceptor.open(site, transport);
      case ARMERIA -> ArmeriaClient.open(site, transport);
      case ARMERIA_RETRY -> ArmeriaClient.openWithRetry(site, transport);
      case HAPROXY -> HaproxyHop.open(site, site);
      case PLAIN_BOUNDED -> PLAIN.open(site, transport).onBoundedExecutor();
    };
  }
}
