/**
 * Virtual time: one queue of events, one thread, and chance that is the same on every run and on
 * every JDK.
 *
 * <p>May depend on the router's {@code time} package and grpc's API.
 */
@NullMarked
package io.gitalyrouter.sim.time;

import org.jspecify.annotations.NullMarked;
