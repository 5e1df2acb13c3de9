package io.gitalyrouter.docker;

import io.gitalyrouter.history.Server;

/** Makes a cluster, and then does nothing until it is ended. <em>Stateless.</em> */
final class AbandonedMain {
  /** It writes this when the cluster is there. */
  static final String READY = "the cluster is there";

  private AbandonedMain() {}

  /** Takes no arguments; ends at the end of its input at the latest. */
  public static void main(String[] args) throws Exception {
    Cluster cluster =
        Cluster.start(
            () -> {
              OtherImages.nameGitaly();
              return GitalyImage.obtain();
            });
    cluster.addNetwork(Server.NETWORK, cluster.networkOptions());
    // The hardest to remove.
    cluster.network().pause();
    System.out.println(READY);
    System.exit(System.in.read());
  }
}
