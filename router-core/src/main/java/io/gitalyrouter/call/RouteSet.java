package io.gitalyrouter.call;

import io.gitalyrouter.breaker.RouteBreaker;
import io.gitalyrouter.route.NetworkCondition;
import io.gitalyrouter.route.StorageRoutes;
import io.gitalyrouter.transport.LiveEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one storage with what serves them. <em>Immutable.</em>
 *
 * @param routes what the table says
 * @param local the local side
 * @param network the network side and its breaker; null while it is dark
 * @param recorder hears of the storage's calls
 */
public record RouteSet(
    StorageRoutes routes, LiveEndpoint local, @Nullable Network network, CallRecorder recorder) {

  /** Whether the network side can take a call. */
  NetworkCondition networkCondition() {
    return network == null ? NetworkCondition.NOT_READY : network.endpoint().condition();
  }

  /**
   * The network side of a storage.
   *
   * @param endpoint shared with other storages of the same address
   * @param breaker this storage's own
   */
  public record Network(LiveEndpoint endpoint, RouteBreaker breaker) {}
}
