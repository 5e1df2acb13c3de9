/**
 * The production change in small: real processes on one machine go through dark, role, observe,
 * compare, fault, rollback and post-check, and a verdict is drawn from the servers' own books.
 *
 * <p>May depend on the worker's and the stand-in's public types, on the router's facade, {@code
 * route} and the comparison, on grpc-java, HdrHistogram, Gson and picocli; nothing depends on it.
 */
@NullMarked
package io.gitalyrouter.experiment;

import org.jspecify.annotations.NullMarked;
