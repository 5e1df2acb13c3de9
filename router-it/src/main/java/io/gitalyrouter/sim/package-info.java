/**
 * A deterministic simulation of the router between two Gitaly servers, and of what others do in its
 * place.
 *
 * <p>The router is the real one. Only its {@code RouterEnvironment} is not: time is virtual, chance
 * is seeded, the channels lead to scripted servers. One run is one scenario with one contender; it
 * is the same on every machine and every JDK. {@code docs/simulation.md} is the result of all runs,
 * and a test compares it, so that whatever changes a behaviour shows it.
 *
 * <p>To read a scenario, read its line in {@link io.gitalyrouter.sim.Scenarios} aloud. To add one,
 * add a method there that says what the servers suffer and how soon the router has to leave and to
 * return, list it in {@code ALL}, and run the test with {@code -Dsim.update=true}. To add a
 * contender, implement {@link io.gitalyrouter.sim.Contender} and name it in {@link
 * io.gitalyrouter.sim.Contenders}.
 *
 * <p>May depend on the packages below it, the router's public packages and grpc.
 */
@NullMarked
package io.gitalyrouter.sim;

import org.jspecify.annotations.NullMarked;
