package io.gitalyrouter.config.store;

import java.io.IOException;
import java.util.List;

/**
 * A document with its history. Methods block, for seconds at most. <em>Thread-safe.</em>
 *
 * @see FileStore
 * @see EtcdStore
 */
public interface ChangeStore {
  /** Where it is, such as {@code /etc/gitaly-router/router.yaml} or {@code etcd:/gitaly-router}. */
  String name();

  /**
   * What it holds now.
   *
   * @throws IOException if it cannot be read
   */
  StoreState read() throws IOException;

  /**
   * Replaces what was read, and writes the audit entry: both or neither, also if the process dies.
   *
   * @param seen what the change was made from
   * @param change what to write
   * @return the entry as it stands in the audit, with its generation
   * @throws ConflictException if somebody else has written in between; nothing was changed
   * @throws IOException if it cannot be written
   */
  AuditEntry write(StoreState seen, Change change) throws IOException;

  /**
   * Adds to the audit without changing anything.
   *
   * @throws IOException if it cannot be written
   */
  void append(AuditEntry entry) throws IOException;

  /**
   * The audit, oldest first.
   *
   * @throws IOException if it cannot be read
   */
  List<AuditEntry> audit() throws IOException;

  /**
   * What the hosts say that they run.
   *
   * @throws IOException if none can be asked
   */
  HostReports reports() throws IOException;
}
