/**
 * Where the document is kept, for those who change it: read with its generation, replaced by
 * compare-and-set together with a line of the audit, and the hosts' reports of what they run. In a
 * file, or in etcd. A process that uses it adds gson.
 *
 * <p>May depend on {@code config.source}, {@code config.etcd} and {@code config.admin}, and on
 * gson.
 */
@NullMarked
package io.gitalyrouter.config.store;

import org.jspecify.annotations.NullMarked;
