/**
 * What is known of each RPC by its name: whether it may run twice, and whether it may leave the
 * server it was meant for.
 *
 * <p>May depend on grpc's API only.
 */
@NullMarked
package io.gitalyrouter.method;

import org.jspecify.annotations.NullMarked;
