/**
 * The facade that a worker process embeds: {@link io.gitalyrouter.GitalyRouter} gives it one {@link
 * io.grpc.Channel} per storage.
 *
 * <p>May depend on every package of this module; nothing depends on it but the embedding process.
 */
@NullMarked
package io.gitalyrouter;

import org.jspecify.annotations.NullMarked;
