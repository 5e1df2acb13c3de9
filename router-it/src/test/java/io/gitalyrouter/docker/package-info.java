/**
 * Servers in containers, and the faults that networks and file servers really have.
 *
 * <p>May depend on the stand-in, on {@code history}, and on Testcontainers; the only package that
 * sees a container engine.
 */
@NullMarked
package io.gitalyrouter.docker;

import org.jspecify.annotations.NullMarked;
