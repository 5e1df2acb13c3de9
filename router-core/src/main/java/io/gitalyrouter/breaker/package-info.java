/**
 * Stops sending calls to a network side that answers with errors, or not at all. Windows and states
 * are resilience4j's; this package makes late results harmless, counts calls while they wait, and
 * lets people set the mode for a time.
 *
 * <p>May depend on {@code route}, {@code stripe}, {@code time} and resilience4j.
 */
@NullMarked
package io.gitalyrouter.breaker;

import org.jspecify.annotations.NullMarked;
