package io.gitalyrouter;

import io.gitalyrouter.time.Ticker;
import io.gitalyrouter.transport.TransportSettings;

/** Real threads and sockets, in another time. */
final class RealWorld {
  private RealWorld() {}

  static RouterEnvironment in(Ticker time) {
    RouterEnvironment real = RouterEnvironment.real(TransportSettings.DEFAULT);
    return new RouterEnvironment(
        time, real.wallClock(), real.random(), real.scheduler(), real.callbacks(), real.channels());
  }
}
