package io.gitalyrouter.transport;

import io.gitalyrouter.route.Endpoint;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.util.concurrent.Executor;

/** Makes the channels of endpoints. A simulation brings its own. <em>Thread-safe.</em> */
public interface ChannelSource {
  /**
   * A channel that connects when it is first asked to. Whoever opened it shuts it down.
   *
   * @param files follows the files that the channel is made from, while it is in use
   * @throws IOException if a file that the endpoint names cannot be used; the message says which,
   *     why, and what to do
   */
  ManagedChannel open(Endpoint endpoint, FollowedFiles files) throws IOException;

  /** Stops what the source started; all its channels are shut down before. */
  void close();

  /** Channels over real sockets, with threads of their own, but for grpc's for callbacks. */
  static ChannelSource netty(TransportSettings settings) {
    return new NettyChannels(EventLoops.create(), settings, /* callbacks= */ null);
  }

  /**
   * As above, with other threads for the callbacks of calls that bring no executor; they must run
   * every callback, also those that come behind the end of the channels.
   */
  static ChannelSource netty(TransportSettings settings, Executor callbacks) {
    return new NettyChannels(EventLoops.create(), settings, callbacks);
  }
}
