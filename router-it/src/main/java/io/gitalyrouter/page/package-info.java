/**
 * A page of meters for Prometheus, as the example worker and the stand-in serve one.
 *
 * <p>Depends on the JDK's HTTP server only.
 */
@NullMarked
package io.gitalyrouter.page;

import org.jspecify.annotations.NullMarked;
