/**
 * The {@code gitaly-router} command: one small class per command, and what they share (where the
 * document is, how results are printed, how errors and exit codes are told). A process that uses it
 * adds {@code info.picocli:picocli} and {@code com.google.code.gson:gson}; the executable that the
 * build makes has everything in it.
 *
 * <p>May depend on the other packages of this module, on router-core's {@code route} and {@code
 * time}, on picocli, gson and snakeyaml-engine. Nothing depends on it.
 */
@NullMarked
package io.gitalyrouter.config.cli;

import org.jspecify.annotations.NullMarked;
