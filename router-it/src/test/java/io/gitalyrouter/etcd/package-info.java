/** The etcd source against a real etcd, which the tests start, harm and stop. */
@NullMarked
package io.gitalyrouter.etcd;

import org.jspecify.annotations.NullMarked;
