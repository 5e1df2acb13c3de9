/**
 * The document in etcd, for fleets: one key, read and watched, and written by compare-and-set. The
 * only package that sees etcd's messages, through the generated stubs of {@code io.etcd:jetcd-grpc}
 * on channels of its own; a process that uses it adds that artifact, {@code grpc-stub} and {@code
 * grpc-protobuf}.
 *
 * <p>May depend on {@code config.source}, on router-core's {@code route} (for {@code Token}), on
 * etcd's stubs, on gRPC with Netty and Protocol Buffers, and on SLF4J.
 */
@NullMarked
package io.gitalyrouter.config.etcd;

import org.jspecify.annotations.NullMarked;
