package io.gitalyrouter.event;

/**
 * Hears what happens in a router. Called after the new state is visible, never under a lock; calls
 * may come from several threads at once. An implementation must return quickly, and must not block;
 * what it throws is logged and goes no further. <em>Thread-safe.</em>
 */
@FunctionalInterface
public interface RouterListener {
  /** Hears nothing. */
  RouterListener NONE = event -> {};

  /** Something happened. */
  void onEvent(RouterEvent event);
}
