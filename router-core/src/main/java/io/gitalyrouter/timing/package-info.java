/**
 * How long calls take: HdrHistograms by storage, method, assigned arm, served route and outcome, in
 * time slots, as standard {@code .hlog} files that a comparison reads.
 *
 * <p>May depend on {@code route}, {@code event}, {@code call}, {@code time}, grpc's API and
 * HdrHistogram.
 */
@NullMarked
package io.gitalyrouter.timing;

import org.jspecify.annotations.NullMarked;
