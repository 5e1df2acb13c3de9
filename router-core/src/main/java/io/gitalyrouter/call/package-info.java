/**
 * The life of a call: the decision, the attempt on the network side, and the move to the local one.
 *
 * <p>May depend on {@code route}, {@code method}, {@code breaker}, {@code transport}, {@code
 * stripe}, {@code time} and grpc's API.
 */
@NullMarked
package io.gitalyrouter.call;

import org.jspecify.annotations.NullMarked;
