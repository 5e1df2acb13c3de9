/**
 * Simulated Gitaly servers: a script says what one suffers and when, a journal notes what it did.
 *
 * <p>May depend on {@code sim.time}, the generated messages and grpc's API.
 */
@NullMarked
package io.gitalyrouter.sim.server;

import org.jspecify.annotations.NullMarked;
