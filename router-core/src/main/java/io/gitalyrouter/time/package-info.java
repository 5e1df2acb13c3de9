/**
 * The one clock that the router reads.
 *
 * <p>May depend on the JDK only.
 */
@NullMarked
package io.gitalyrouter.time;

import org.jspecify.annotations.NullMarked;
