package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.admin.AdminClient.By;
import picocli.CommandLine.Option;

/**
 * Which storage an order to the processes of this host is about, and why it is given; a mixin.
 * <em>Not thread-safe; confined to the command that it is mixed into.</em>
 */
final class StorageAction {
  @Option(
      names = "--storage",
      required = true,
      paramLabel = "STORAGE",
      description = "The storage.")
  private String storage = "";

  @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why.")
  private String reason = "";

  String storage() {
    return storage;
  }

  /** Who gives the order, and why. */
  By by(Console console) {
    return AdminCalls.by(console, reason);
  }
}
