package io.gitalyrouter.config.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * Which file a path leads to, and when it was last written, as far as one look can tell.
 * <em>Immutable.</em>
 *
 * @param key the file's identity (device and inode); null when there is no file
 * @param size its size in bytes
 * @param modified when it was last written
 */
record FileStamp(@Nullable Object key, long size, FileTime modified) {
  private static final FileStamp MISSING = new FileStamp(null, 0, FileTime.fromMillis(0));

  /** Looks at the file behind all links. A file that cannot be seen counts as missing. */
  static FileStamp of(Path file) {
    try {
      BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class);
      return new FileStamp(seen.fileKey(), seen.size(), seen.lastModifiedTime());
    } catch (IOException e) {
      return MISSING;
    }
  }

  /**
   * Whether this is a whole other file put in the place of an earlier one, as a rename or a link
   * swap does. What was there before, or is empty, or is gone may be in the middle of a write.
   */
  boolean isReplacementOf(FileStamp before) {
    return key != null && before.key != null && !key.equals(before.key) && size > 0;
  }
}
