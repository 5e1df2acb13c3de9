/**
 * Proofs around a change: what must hold before a role is given to a host ({@link
 * io.gitalyrouter.config.check.Precheck}), and that nothing flows after it was taken away ({@link
 * io.gitalyrouter.config.check.ZeroProof}). What could not be asked is never good news.
 *
 * <p>May depend on router-core's {@code route}, {@code transport}, {@code event}, {@code time} and
 * {@code wire}, and on gson.
 */
@NullMarked
package io.gitalyrouter.config.check;

import org.jspecify.annotations.NullMarked;
