package io.gitalyrouter.config.store;

import io.gitalyrouter.config.source.SourceContent;
import java.util.Optional;

/**
 * What a store holds at one moment. <em>Immutable.</em>
 *
 * @param generation the document's number, which grows with each change: etcd's revision of its
 *     key, or a count kept by the audit of a file; 0 while there is no document
 * @param ongoingRevision the same for the change in progress; 0 while there is none
 * @param document the document, if there is one
 * @param ongoing the change in progress, if there is one
 */
public record StoreState(
    long generation,
    long ongoingRevision,
    Optional<SourceContent> document,
    Optional<OngoingChange> ongoing) {}
