package io.gitalyrouter.call;

import io.gitalyrouter.breaker.MethodQuarantine;
import io.gitalyrouter.breaker.RouteBreaker;
import io.gitalyrouter.route.NetworkCondition;
import io.gitalyrouter.route.StorageRoutes;
import io.gitalyrouter.transport.LiveEndpoint;
import io.gitalyrouter.transport.StorageCheck;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one storage with what serves them. <em>Immutable.</em>
 *
 * @param routes what the table says
 * @param local the local side
 * @param network the network side and its breaker; null while it is dark
 * @param recorder hears of the storage's calls
 * @param afterWrites where readers stay after a write
 */
public record RouteSet(
    StorageRoutes routes,
    LiveEndpoint local,
    @Nullable Network network,
    CallRecorder recorder,
    AfterWrites afterWrites) {

  private static final Set<String> REFUSING = Set.of("OPEN", "HALF_OPEN", "FORCED_OPEN");

  /** Whether the network side can take a call of this method. */
  NetworkCondition networkCondition(String fullMethodName) {
    NetworkCondition condition = networkCondition();
    return condition == NetworkCondition.READY
            && network != null
            && network.unknownMethods().holds(fullMethodName)
        ? NetworkCondition.UNKNOWN_METHOD
        : condition;
  }

  private NetworkCondition networkCondition() {
    if (network == null) {
      return NetworkCondition.NOT_READY;
    }
    NetworkCondition connection = network.endpoint().condition();
    if (connection != NetworkCondition.READY) {
      return connection;
    }
    return switch (network.check().verdict().result()) {
      case SAME -> NetworkCondition.READY;
      case UNKNOWN -> NetworkCondition.UNVERIFIED;
      case DIFFERENT -> NetworkCondition.WRONG_STORAGE;
    };
  }

  /**
   * Why a call would not be served by the network side at this moment, in words; null if it would.
   */
  public @Nullable String obstacle() {
    if (network == null) {
      return null;
    }
    NetworkCondition condition = networkCondition();
    if (condition == NetworkCondition.READY) {
      return network.isRefusing() ? "breaker " + network.breaker().state() : null;
    }
    return switch (condition) {
      case UNVERIFIED, WRONG_STORAGE -> network.check().verdict().why();
      default -> "network endpoint " + network.endpoint().state();
    };
  }

  /**
   * The network side of a storage.
   *
   * @param endpoint shared with other storages of the same address
   * @param check whether it serves the same files as the local side
   * @param unknownMethods what the server behind it does not know
   * @param breaker this storage's own
   * @param deadlineShare the part of what is left of a deadline that the first attempt of a
   *     replayable call may use; above 0, below 1
   */
  public record Network(
      LiveEndpoint endpoint,
      StorageCheck check,
      MethodQuarantine unknownMethods,
      RouteBreaker breaker,
      double deadlineShare) {

    /** Whether the breaker refuses calls; trial calls that it may let through are not counted. */
    boolean isRefusing() {
      return REFUSING.contains(breaker.state());
    }
  }
}
