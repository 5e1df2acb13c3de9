package io.gitalyrouter.config.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The directory entries that decide which file a path leads to: every component of the path, and of
 * every link on the way. If none of them changes, the path leads to the same file.
 * <em>Thread-safe.</em>
 */
final class WatchedNames {
  /** As many links as Linux follows before it calls a path a loop. */
  private static final int MAX_LINKS = 40;

  private WatchedNames() {}

  /** The names to watch, by the directory they are in; the directories existed a moment ago. */
  static Map<Path, Set<Path>> along(Path file) {
    Map<Path, Set<Path>> watched = new LinkedHashMap<>();
    Path absolute = file.toAbsolutePath();
    Path root = absolute.getRoot();
    Deque<Path> ahead = new ArrayDeque<>();
    absolute.forEach(ahead::add);
    Path at = root;
    int links = 0;
    while (!ahead.isEmpty()) {
      Path name = ahead.removeFirst();
      if (name.toString().equals("..")) {
        Path parent = at.getParent();
        at = parent == null ? at : parent;
        continue;
      }
      if (name.toString().isEmpty() || name.toString().equals(".")) {
        continue;
      }
      watched.computeIfAbsent(at, directory -> new HashSet<>()).add(name);
      Path next = at.resolve(name);
      if (Files.isSymbolicLink(next) && links++ < MAX_LINKS) {
        at = follow(next, at, root, ahead);
      } else if (Files.isDirectory(next)) {
        at = next;
      } else {
        break;
      }
    }
    return watched;
  }

  /** Puts the link's target in front of the way ahead and returns where that way starts. */
  private static Path follow(Path link, Path at, Path root, Deque<Path> ahead) {
    Path target;
    try {
      target = Files.readSymbolicLink(link);
    } catch (IOException e) {
      // It went away or became a file since it was looked at; that is an event of its own.
      ahead.clear();
      return at;
    }
    Deque<Path> reversed = new ArrayDeque<>();
    target.forEach(reversed::addFirst);
    reversed.forEach(ahead::addFirst);
    return target.isAbsolute() ? root : at;
  }
}
