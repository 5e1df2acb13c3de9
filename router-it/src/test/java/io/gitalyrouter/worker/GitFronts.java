package io.gitalyrouter.worker;

import io.grpc.Channel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The worker's git front over any channel, to measure the channel by it. <em>Thread-safe.</em> */
public final class GitFronts implements AutoCloseable {
  private final GitFront front;

  private GitFronts(GitFront front) {
    this.front = front;
  }

  /** Serves the repositories of a storage, as the channel's server has them. */
  public static GitFronts open(Channel channel, String storage) throws IOException {
    return new GitFronts(
        GitFront.open(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            channel,
            storage,
            new CallIds("bench")));
  }

  /** The {@code git://} address of a repository. */
  public String url(String relativePath) {
    return "git://127.0.0.1:" + front.port() + "/" + relativePath;
  }

  @Override
  public void close() {
    front.close();
  }
}
