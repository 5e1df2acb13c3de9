/**
 * The example host process: it embeds the router as any worker would, serves git with it, and makes
 * load on request.
 *
 * <p>May depend on the public API of {@code router-core} and {@code router-config}, on {@code
 * page}, the Gitaly messages, grpc-java, HdrHistogram, Micrometer, Gson and picocli; never on the
 * stand-in or the experiment.
 */
@NullMarked
package io.gitalyrouter.worker;

import org.jspecify.annotations.NullMarked;
