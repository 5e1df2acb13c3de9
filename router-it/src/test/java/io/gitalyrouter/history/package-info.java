/** Tests of the history checker, and the runs under faults that feed it. */
@NullMarked
package io.gitalyrouter.history;

import org.jspecify.annotations.NullMarked;
