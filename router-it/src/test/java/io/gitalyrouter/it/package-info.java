/** The embedded router and its configuration against real server processes. */
@NullMarked
package io.gitalyrouter.it;

import org.jspecify.annotations.NullMarked;
