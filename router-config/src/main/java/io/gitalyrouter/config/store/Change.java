package io.gitalyrouter.config.store;

import java.util.Optional;

/**
 * What a store shall hold. <em>Immutable.</em>
 *
 * @param entry its line of the audit; the store puts the generation in
 * @param document the document; the one that was read if it does not change
 * @param ongoing the change in progress from now on
 */
public record Change(AuditEntry entry, String document, Optional<OngoingChange> ongoing) {}
