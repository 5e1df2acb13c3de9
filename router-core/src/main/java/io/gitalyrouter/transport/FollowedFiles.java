package io.gitalyrouter.transport;

import io.gitalyrouter.event.RouterEvent.Trouble;
import io.gitalyrouter.event.RouterListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Follows the files of an endpoint, so that secrets and certificates can be changed without a
 * restart: what is new in them is used within about a second. Files that cannot be used change
 * nothing, and are told once. <em>Not thread-safe; confined to the router's synchronization
 * context.</em>
 */
public final class FollowedFiles {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final String endpoint;
  private final RouterListener listener;
  private final List<Group> groups = new ArrayList<>();
  private long lookedNanos;

  FollowedFiles(String endpoint, RouterListener listener, long nowNanos) {
    this.endpoint = endpoint;
    this.listener = listener;
    this.lookedNanos = nowNanos;
  }

  /** Takes what is in files into use. */
  @FunctionalInterface
  public interface Use {
    /**
     * Reads the files and, if all is well with all of them, has it used from now on.
     *
     * @throws IOException with a message that names the file, what is wrong and what to do
     */
    void read() throws IOException;
  }

  /**
   * Uses files now, and again whenever one of them is rewritten, replaced, or reached by another
   * link.
   *
   * @param files those that are used together
   * @param kept what goes on when they change and cannot be used, for a person
   * @throws IOException if they cannot be used now; they are not followed then
   */
  void follow(List<Path> files, Use use, String kept) throws IOException {
    // The stamp comes first: what changes while the files are read is read again.
    Group group = new Group(files, use, kept, stamp(files));
    use.read();
    groups.add(group);
  }

  void tick(long now) {
    if (now - lookedNanos < PAUSE.toNanos()) {
      return;
    }
    lookedNanos = now;
    groups.forEach(this::look);
  }

  private void look(Group group) {
    String stamp = stamp(group.files);
    if (stamp.equals(group.settled)) {
      return;
    }
    try {
      group.use.read();
      group.settled = stamp;
      group.broken = null;
    } catch (IOException e) {
      // A writer may be between two files, or in the middle of one: it has until the next look.
      if (stamp.equals(group.broken)) {
        group.settled = stamp;
        listener.onEvent(new Trouble(endpoint, String.valueOf(e.getMessage()), group.kept));
      }
      group.broken = stamp;
    }
  }

  /**
   * What changes when one of the files does: its content, its place, its owner, its permissions.
   */
  private static String stamp(List<Path> files) {
    StringBuilder stamp = new StringBuilder();
    for (Path file : files) {
      try {
        stamp.append(Files.readAttributes(file, attributes(file)));
      } catch (IOException e) {
        stamp.append(e.getClass());
      }
    }
    return stamp.toString();
  }

  /** The time of the last change of any kind where there is one; copying tools keep the other. */
  private static String attributes(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("unix")
        ? "unix:dev,ino,size,ctime"
        : "lastModifiedTime,size,fileKey";
  }

  /** Files that are used together. <em>Confined like the class around it.</em> */
  private static final class Group {
    final List<Path> files;
    final Use use;
    final String kept;

    /** The state of the files that is in use, or was told to be unusable. */
    String settled;

    /** The state in which they were last found to be unusable. */
    @Nullable String broken;

    Group(List<Path> files, Use use, String kept, String settled) {
      this.files = files;
      this.use = use;
      this.kept = kept;
      this.settled = settled;
    }
  }
}
