package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.etcd.EtcdSettings;
import io.gitalyrouter.config.source.SourceContent;
import io.gitalyrouter.config.store.ChangeStore;
import io.gitalyrouter.config.store.EtcdStore;
import io.gitalyrouter.config.store.FileStore;
import io.gitalyrouter.config.store.StoreState;
import java.util.Optional;
import picocli.CommandLine.Mixin;

/**
 * The store of the document, by the command line; a mixin. <em>Not thread-safe; confined to the
 * command that it is mixed into.</em>
 */
final class Place {
  @Mixin private final DocumentOptions document = new DocumentOptions();
  @Mixin private final AdminOptions admin = new AdminOptions();

  /**
   * The store.
   *
   * @throws CommandException if the command line does not name one
   */
  ChangeStore store() {
    document.requireOnePlace();
    Optional<EtcdSettings> etcd = document.etcdSettings();
    return etcd.isPresent()
        ? EtcdStore.of(etcd.get())
        : FileStore.of(document.file().orElseThrow(), admin.directory(), admin.timeout());
  }

  /** Whether the store hears the processes of all hosts, not of this one only. */
  boolean isFleet() {
    return document.etcdSettings().isPresent();
  }

  boolean isGiven() {
    return document.isGiven();
  }

  AdminOptions admin() {
    return admin;
  }

  /**
   * The document.
   *
   * @throws CommandException if there is none
   */
  static SourceContent document(ChangeStore store, StoreState state) {
    return state
        .document()
        .orElseThrow(
            () ->
                new CommandException(
                    ExitCode.FAILED, store.name() + ": there is no document; write one first"));
  }
}
