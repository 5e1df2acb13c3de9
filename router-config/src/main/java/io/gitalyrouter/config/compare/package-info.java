/**
 * The comparison of the two routes: reads timing logs, and says by how much the network side is
 * slower or faster, how sure that is, and whether it stays within margins that were fixed before.
 *
 * <p>May depend on {@code route} and {@code timing} of the core, HdrHistogram, commons-statistics
 * and Gson. The last two are optional: who only loads configuration needs neither.
 */
@NullMarked
package io.gitalyrouter.config.compare;

import org.jspecify.annotations.NullMarked;
