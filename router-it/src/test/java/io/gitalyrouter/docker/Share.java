package io.gitalyrouter.docker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The disk of the file server: one directory that every server sees. As root it is a file system of
 * its own, so that it can be full, and the network side's view of it can be unmounted while its
 * server runs. <em>Not thread-safe; confined to the test.</em>
 */
final class Share implements AutoCloseable {
  private static final String SIZE = "192m";

  private final Path root;
  private final Path disk;
  private final Path export;
  private final Deque<Path> mounted = new ArrayDeque<>();
  private final boolean isReal;

  private Share(Path root, boolean isReal) throws IOException {
    this.root = root;
    this.disk = Files.createDirectories(root.resolve("disk"));
    this.export = Files.createDirectories(root.resolve("export"));
    this.isReal = isReal;
  }

  /** Makes it; with mounts if this process may mount. */
  static Share create(Path root) throws IOException {
    Share share = new Share(root, Packets.areInReach());
    if (share.isReal) {
      boolean made = false;
      try {
        share.mount("-t", "tmpfs", "-o", "size=" + SIZE, "tmpfs", share.disk.toString());
        share.mounted.push(share.disk);
        // Mounts below it are to be seen in the containers, and their end as well.
        share.mount("--bind", share.export.toString(), share.export.toString());
        share.mounted.push(share.export);
        Command.run("mount", "--make-shared", share.export.toString());
        Files.createDirectories(share.view());
        share.remount();
        made = true;
      } finally {
        if (!made) {
          share.close();
        }
      }
    }
    return share;
  }

  /** Whether it is a file system of its own. */
  boolean isReal() {
    return isReal;
  }

  /** The disk itself. */
  Path disk() {
    return disk;
  }

  /** What the network side's container is given. */
  Path export() {
    return isReal ? export : root;
  }

  /** Below the export, where the disk is seen. */
  String viewName() {
    return isReal ? "view" : "disk";
  }

  private Path view() {
    return export.resolve(viewName());
  }

  /** The network side's server runs on, and no longer sees the disk. */
  void unmount() {
    Command.run("umount", "-l", view().toString());
    mounted.remove(view());
  }

  /** It sees the disk again. */
  void remount() {
    mount("--bind", disk.toString(), view().toString());
    mounted.push(view());
  }

  /** Leaves no room on the disk. */
  void fill() throws IOException {
    Path ballast = disk.resolve("ballast");
    try (var out = Files.newOutputStream(ballast)) {
      byte[] block = new byte[4096];
      // A file system says how much room it has only roughly; one that is full says so.
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains("space")) {
        throw e;
      }
    }
  }

  /** Gives the room back. */
  void free() throws IOException {
    Files.deleteIfExists(disk.resolve("ballast"));
  }

  private void mount(String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = "mount";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    Command.run(command);
  }

  /** Unmounts everything; the newest first. */
  @Override
  public void close() {
    while (!mounted.isEmpty()) {
      Command.run("umount", "-l", mounted.pop().toString());
    }
  }
}
