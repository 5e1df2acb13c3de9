/**
 * Storages and repositories on disk, and how JGit is used so that two processes may share them.
 *
 * <p>Depends on JGit, the messages, and gRPC's statuses.
 */
@NullMarked
package io.gitalyrouter.standin.storage;

import org.jspecify.annotations.NullMarked;
