/**
 * What a call passes before it reaches a service: counting, the token, and the faults that an
 * experiment asked for.
 *
 * <p>Depends on gRPC and on {@code journal}; knows nothing of git.
 */
@NullMarked
package io.gitalyrouter.standin.door;

import org.jspecify.annotations.NullMarked;
