/**
 * The immutable values that say where calls go, and the pure function that decides it for one call.
 *
 * <p>May depend on the JDK only.
 */
@NullMarked
package io.gitalyrouter.route;

import org.jspecify.annotations.NullMarked;
