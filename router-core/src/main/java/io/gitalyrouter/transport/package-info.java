/**
 * From an endpoint to a channel: connections, tokens, leases, readiness, probes, and the end of an
 * endpoint that nobody names any more. The only package that sees Netty.
 *
 * <p>May depend on {@code route}, {@code event}, {@code stripe}, {@code time}, {@code wire}, grpc
 * and Netty.
 */
@NullMarked
package io.gitalyrouter.transport;

import org.jspecify.annotations.NullMarked;
