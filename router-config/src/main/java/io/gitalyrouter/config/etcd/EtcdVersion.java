package io.gitalyrouter.config.etcd;

import io.gitalyrouter.config.source.SourceContent;
import java.util.Optional;

/**
 * The document's key at one moment. <em>Immutable.</em>
 *
 * @param revision etcd's revision of the last change of the key; 0 while there is no such key. The
 *     next {@link EtcdDocument#replace} names it.
 * @param content the value; empty while there is no such key
 */
public record EtcdVersion(long revision, Optional<SourceContent> content) {}
