/**
 * What is known of each RPC by its name: whether it may run twice, and whether it may leave the
 * server it was meant for.
 *
 * <p>May depend on {@code wire}, grpc's API and, where it is there, protobuf.
 */
@NullMarked
package io.gitalyrouter.method;

import org.jspecify.annotations.NullMarked;
