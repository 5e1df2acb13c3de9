/**
 * What runs, and what ran: the calls of each storage by method and route.
 *
 * <p>May depend on {@code call}, {@code route}, {@code stripe}, {@code time} and grpc's API.
 */
@NullMarked
package io.gitalyrouter.count;

import org.jspecify.annotations.NullMarked;
