/**
 * Keeps threads off each other's cache lines: what all calls write is kept in stripes, and a thread
 * writes to its own.
 *
 * <p>May depend on the JDK only.
 */
@NullMarked
package io.gitalyrouter.stripe;

import org.jspecify.annotations.NullMarked;
