/** The change as an operator makes it: the built executable against real processes. */
@NullMarked
package io.gitalyrouter.change;

import org.jspecify.annotations.NullMarked;
