package io.gitalyrouter.count;

import io.gitalyrouter.route.Route;
import io.gitalyrouter.stripe.Striped;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The calls of one method of one storage. <em>Thread-safe.</em> */
public final class MethodCounts {
  private final MethodName method;
  private final StorageCounts storage;
  private final Object lock = new Object();

  /** Written once under the lock, read without it; so is the next. */
  private volatile @Nullable RouteCounts local;

  private volatile @Nullable RouteCounts network;

  /** Each made by the first call of its threads. */
  private final Striped<CountedCalls> stripes;

  MethodCounts(MethodName method, StorageCounts storage) {
    this.method = method;
    this.storage = storage;
    this.stripes = new Striped<>(stripe -> new CountedCalls(this, storage, stripe));
  }

  /** The method. */
  public MethodName method() {
    return method;
  }

  /** Its calls on a route; empty if there was none. */
  public Optional<RouteCounts> on(Route route) {
    return Optional.ofNullable(made(route));
  }

  private @Nullable RouteCounts made(Route route) {
    return route == Route.LOCAL ? local : network;
  }

  RouteCounts of(Route route) {
    RouteCounts counts = made(route);
    return counts == null ? first(route) : counts;
  }

  private RouteCounts first(Route route) {
    synchronized (lock) {
      RouteCounts counts = made(route);
      if (counts == null) {
        counts = new RouteCounts(route, method, storage.listener());
        if (route == Route.LOCAL) {
          local = counts;
        } else {
          network = counts;
        }
      }
      return counts;
    }
  }

  /** The calls that begin in threads of this stripe. */
  CountedCalls of(int stripe) {
    return stripes.of(stripe);
  }
}
