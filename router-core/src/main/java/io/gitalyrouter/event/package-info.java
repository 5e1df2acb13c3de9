/**
 * What happened, as immutable records: the only road from the lower packages up to the embedding
 * process.
 *
 * <p>May depend on {@code route} only.
 */
@NullMarked
package io.gitalyrouter.event;

import org.jspecify.annotations.NullMarked;
