/**
 * What operators ask of a running process: a gRPC service on a unix socket, its client, and the
 * report of a host. Off unless a directory is named; never on TCP. A process that uses it adds
 * {@code grpc-stub}, {@code grpc-protobuf} and {@code gson}.
 *
 * <p>May depend on {@code config}, {@code config.source} and {@code config.etcd}, on router-core's
 * facade, {@code breaker}, {@code event}, {@code route}, {@code transport} (for drills) and {@code
 * time}, on gRPC with Netty, on Gson and on SLF4J.
 */
@NullMarked
package io.gitalyrouter.config.admin;

import org.jspecify.annotations.NullMarked;
