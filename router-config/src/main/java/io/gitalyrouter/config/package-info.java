/**
 * The configuration document: its values with their origins, its problems, and the follower that
 * keeps a running router at the newest good version. {@link
 * io.gitalyrouter.config.ConfiguredRouter} is the entry for an embedding process.
 *
 * <p>May depend on {@code config.source}, on router-core's facade, {@code route} and {@code time},
 * on snakeyaml-engine and on SLF4J.
 */
@NullMarked
package io.gitalyrouter.config;

import org.jspecify.annotations.NullMarked;
