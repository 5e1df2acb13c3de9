package io.gitalyrouter.config;

/**
 * Hears what happens to the configuration, after it happened and never under a lock. Must return
 * quickly; what it throws is logged and goes no further. <em>Called by one thread at a time.</em>
 */
@FunctionalInterface
public interface ConfigListener {
  /** Hears nothing. */
  ConfigListener NONE = event -> {};

  /** Something happened. */
  void onConfigEvent(ConfigEvent event);
}
