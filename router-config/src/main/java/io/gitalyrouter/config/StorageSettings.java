package io.gitalyrouter.config;

import java.util.Optional;

/**
 * A storage of the document. <em>Immutable.</em>
 *
 * @param name the Gitaly storage name
 * @param local the Gitaly of the worker's own host
 * @param network the Gitaly of the NFS server, if the storage has one
 */
record StorageSettings(String name, EndpointSettings local, Optional<EndpointSettings> network) {}
