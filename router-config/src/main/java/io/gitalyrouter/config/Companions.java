package io.gitalyrouter.config;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The companions of one router. Each is told what the router's own listener is told, before it.
 * <em>Thread-safe.</em>
 */
final class Companions implements ConfigListener, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Companions.class);

  private final ConfigListener first;

  /** Those that have begun, in the order of their start. */
  private final List<Companion.Running> running = new CopyOnWriteArrayList<>();

  Companions(ConfigListener first) {
    this.first = first;
  }

  /** Starts them in order; those that have begun when one cannot are left to {@link #close}. */
  void start(List<Companion> companions, ConfiguredRouter router) throws IOException {
    for (Companion companion : companions) {
      running.add(companion.start(router));
    }
  }

  @Override
  public void onConfigEvent(ConfigEvent event) {
    for (Companion.Running companion : running) {
      tell(companion, event);
    }
    first.onConfigEvent(event);
  }

  private static void tell(Companion.Running companion, ConfigEvent event) {
    try {
      companion.onConfigEvent(event);
    } catch (RuntimeException e) {
      log.warn("companion threw event={}", event, e);
    }
  }

  /** Ends them in the reverse order. */
  @Override
  public void close() {
    for (int i = running.size() - 1; i >= 0; i--) {
      try {
        running.remove(i).close();
      } catch (RuntimeException e) {
        log.warn("companion did not close", e);
      }
    }
  }
}
