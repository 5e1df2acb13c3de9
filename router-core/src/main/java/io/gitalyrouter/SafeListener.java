package io.gitalyrouter;

import io.gitalyrouter.event.RouterEvent;
import io.gitalyrouter.event.RouterListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs every event, one line each, and keeps what a listener throws away from the router.
 * <em>Thread-safe.</em>
 */
final class SafeListener implements RouterListener {
  private static final Logger LOG = LoggerFactory.getLogger(GitalyRouter.class);

  private final RouterListener listener;

  SafeListener(RouterListener listener) {
    this.listener = listener;
  }

  @Override
  public void onEvent(RouterEvent event) {
    if (event instanceof RouterEvent.CallMoved) {
      LOG.debug("{}", event);
    } else if (event instanceof RouterEvent.Trouble) {
      LOG.warn("{}", event);
    } else {
      LOG.info("{}", event);
    }
    try {
      listener.onEvent(event);
    } catch (RuntimeException e) {
      LOG.warn("a listener failed on {}; it is called again for the next event", event, e);
    }
  }
}
