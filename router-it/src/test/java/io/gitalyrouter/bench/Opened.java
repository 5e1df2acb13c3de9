package io.gitalyrouter.bench;

import io.grpc.Channel;

/**
 * A contender's channel, ready for calls, and what closes it. <em>Thread-safe.</em>
 *
 * @param channel where the calls go
 * @param closer closes it and what belongs to it
 */
record Opened(Channel channel, Runnable closer) implements AutoCloseable {
  @Override
  public void close() {
    closer.run();
  }
}
