/**
 * Reads protobuf without the protobuf library, which the embedding process may have in any version,
 * or not at all.
 *
 * <p>May depend on the JDK only.
 */
@NullMarked
package io.gitalyrouter.wire;

import org.jspecify.annotations.NullMarked;
