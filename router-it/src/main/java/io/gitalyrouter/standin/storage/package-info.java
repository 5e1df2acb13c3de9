/**
 * Storages and repositories on disk, and how JGit is used so that two processes may share them.
 *
 * <p>Depends on JGit, the messages, gRPC's statuses, and the flat JSON of {@code journal}.
 */
@NullMarked
package io.gitalyrouter.standin.storage;

import org.jspecify.annotations.NullMarked;
