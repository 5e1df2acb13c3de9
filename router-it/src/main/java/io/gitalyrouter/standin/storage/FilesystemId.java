package io.gitalyrouter.standin.storage;

import io.gitalyrouter.standin.journal.FlatJson;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;

/**
 * The mark in a storage directory by which two servers see that they share it. *Immutable.*
 *
 * <p>It is the file that Gitaly itself writes there, so a stand-in and a Gitaly agree as well.
 */
public final class FilesystemId {
  private static final String FILE = ".gitaly-metadata";
  private static final String KEY = "gitaly_filesystem_id";

  private FilesystemId() {}

  /** Writes the mark unless there is one. Of several that try at once, one wins. */
  public static void ensure(Path storage) throws IOException {
    Path file = storage.resolve(FILE);
    if (Files.exists(file)) {
      return;
    }
    Path draft = Files.createTempFile(storage, FILE, ".tmp");
    try {
      Files.writeString(draft, FlatJson.write(Map.of(KEY, UUID.randomUUID().toString())));
      // A link is made completely or not at all, and never over an existing file.
      Files.createLink(file, draft);
    } catch (FileAlreadyExistsException e) {
      // The other one has won; its id is ours.
    } finally {
      Files.delete(draft);
    }
  }

  /** The mark of a storage; empty if it cannot be read. */
  public static String read(Path storage) {
    try {
      return FlatJson.read(Files.readString(storage.resolve(FILE))).getOrDefault(KEY, "");
    } catch (IOException | IllegalArgumentException e) {
      return "";
    }
  }
}
