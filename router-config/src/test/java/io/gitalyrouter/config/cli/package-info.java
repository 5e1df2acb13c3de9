/** Tests of the command. */
@NullMarked
package io.gitalyrouter.config.cli;

import org.jspecify.annotations.NullMarked;
