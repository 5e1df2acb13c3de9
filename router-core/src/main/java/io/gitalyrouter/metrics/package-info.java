/**
 * The router's meters, each named once in {@link io.gitalyrouter.metrics.RouterMeters}.
 *
 * <p>May depend on {@code route}, {@code call}, {@code count}, {@code event}, {@code transport},
 * {@code stripe} and Micrometer.
 */
@NullMarked
package io.gitalyrouter.metrics;

import org.jspecify.annotations.NullMarked;
