/**
 * Simulated grpc channels: they connect, wait, fail and lose connections as grpc-java's do with one
 * address and the pick-first policy, and drive tracers and listeners in the same order.
 *
 * <p>May depend on {@code sim.time}, {@code sim.server} and grpc's API.
 */
@NullMarked
package io.gitalyrouter.sim.net;

import org.jspecify.annotations.NullMarked;
