/**
 * Turns what GitLab's own configuration says of its storages into a document. Text in, text out: no
 * file is read or written, nothing is evaluated, and no secret is copied.
 *
 * <p>May depend on the problems of {@code config}, on router-core's {@code route} and on
 * snakeyaml-engine.
 */
@NullMarked
package io.gitalyrouter.config.imports;

import org.jspecify.annotations.NullMarked;
