/**
 * Stops sending calls to a network side that answers with errors. Windows and states are
 * resilience4j's; this package makes late results harmless.
 *
 * <p>May depend on {@code time} and resilience4j.
 */
@NullMarked
package io.gitalyrouter.breaker;

import org.jspecify.annotations.NullMarked;
