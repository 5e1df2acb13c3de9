package io.gitalyrouter.worker;

import io.grpc.Metadata;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Gives each call an id that no other call of the experiment has: host, phase, kind and a number.
 * The servers write it into their ledgers, which is how both sides' books are compared.
 * <em>Thread-safe.</em>
 */
final class CallIds {
  /** The metadata key that carries the id. */
  static final Metadata.Key<String> CALL_ID =
      Metadata.Key.of("x-gitlab-correlation-id", Metadata.ASCII_STRING_MARSHALLER);

  private static final Metadata.Key<String> CLIENT_NAME =
      Metadata.Key.of("client_name", Metadata.ASCII_STRING_MARSHALLER);

  private final String host;
  private final AtomicLong number = new AtomicLong();
  // Written by the control thread, read by the loops; a call that starts during the change may
  // carry either name, and its id says which.
  private volatile String phase = "start";

  CallIds(String host) {
    this.host = host;
  }

  /** The worker host that the calls come from. */
  String host() {
    return host;
  }

  String phase() {
    return phase;
  }

  void phase(String name) {
    if (!name.matches("[a-z0-9.]+")) {
      throw new IllegalArgumentException("phase: \"" + name + "\" (expected: [a-z0-9.]+)");
    }
    this.phase = name;
  }

  /** The next id of this kind, such as {@code git01-observe-load-42}. */
  Id next(String kind) {
    String phaseNow = phase;
    long n = number.incrementAndGet();
    return new Id(host + "-" + phaseNow + "-" + kind + "-" + n, phaseNow, host, n);
  }

  /**
   * One call's id.
   *
   * @param value the id
   * @param phase the phase in which the call started
   * @param host the worker host
   * @param number the call's number in this process
   */
  record Id(String value, String phase, String host, long number) {
    /** Fresh headers that carry the id. */
    Metadata headers() {
      Metadata headers = new Metadata();
      headers.put(CALL_ID, value);
      headers.put(CLIENT_NAME, host);
      return headers;
    }
  }
}
