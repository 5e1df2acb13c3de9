/**
 * The services, one file each, and the streams between gRPC's callbacks and JGit's blocking readers
 * and writers.
 *
 * <p>Depends on {@code storage}, {@code journal}, the messages, gRPC and JGit.
 */
@NullMarked
package io.gitalyrouter.standin.rpc;

import org.jspecify.annotations.NullMarked;
