package io.gitalyrouter.docker;

import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;

/**
 * Does not wait for a container: whoever starts it waits for what it does, also when it is started
 * again. <em>Not thread-safe; confined to one container.</em>
 */
final class NoWait extends AbstractWaitStrategy {
  @Override
  protected void waitUntilReady() {
    // What is waited for is the starter's.
  }
}
