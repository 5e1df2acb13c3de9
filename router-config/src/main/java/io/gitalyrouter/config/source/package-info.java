/**
 * Where the bytes of a configuration document come from: a small interface, the watched file, and
 * the copy of the last good document on disk. Knows nothing of what the bytes mean.
 *
 * <p>May depend on the JDK and SLF4J only.
 */
@NullMarked
package io.gitalyrouter.config.source;

import org.jspecify.annotations.NullMarked;
