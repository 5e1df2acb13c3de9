/**
 * A small real Gitaly on JGit that runs as a process of its own: its command line, its server, and
 * what tests and experiments hold to start, watch and disturb it.
 *
 * <p>May depend on every package below it, {@code page}, gRPC, Netty and picocli; on nothing of the
 * router, which it is there to be tested against.
 */
@NullMarked
package io.gitalyrouter.standin;

import org.jspecify.annotations.NullMarked;
