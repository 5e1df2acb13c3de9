/**
 * What happened, in files that outlive the process: one line for each call and for each execution.
 *
 * <p>Depends on the JDK and on gRPC's status names only.
 */
@NullMarked
package io.gitalyrouter.standin.journal;

import org.jspecify.annotations.NullMarked;
