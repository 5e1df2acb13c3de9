package io.gitalyrouter.config.source;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when one of a set of directory entries changes. One daemon thread waits for the kernel's
 * events; the platform's watch service has another of its own. <em>Thread-safe, but {@link #watch}
 * is confined to one thread.</em>
 */
final class DirectoryEvents implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DirectoryEvents.class);

  private final WatchService service;
  private final Runnable changed;
  private final Thread waiter;

  /**
   * Written by the thread that calls {@link #watch}, read by the waiter. A key that the waiter does
   * not find here yet counts as a change, so a stale map costs one look.
   */
  private volatile Map<WatchKey, Set<Path>> names = Map.of();

  /** Confined to the thread that calls {@link #watch}. */
  private boolean complained;

  private DirectoryEvents(WatchService service, Runnable changed) {
    this.service = service;
    this.changed = changed;
    this.waiter = new Thread(this::await, "gitaly-router-config-events");
    waiter.setDaemon(true);
  }

  /**
   * Starts to listen, for no entry yet.
   *
   * @param changed called on the waiting thread; must not block
   * @throws IOException if the system has no watch to give, as when its inotify limit is reached
   */
  static DirectoryEvents open(Path file, Runnable changed) throws IOException {
    DirectoryEvents events = new DirectoryEvents(file.getFileSystem().newWatchService(), changed);
    events.waiter.start();
    return events;
  }

  /** Watches these entries instead of the earlier ones. */
  void watch(Map<Path, Set<Path>> wanted) {
    Map<WatchKey, Set<Path>> next = new LinkedHashMap<>();
    try {
      wanted.forEach((directory, entries) -> register(directory, entries, next));
      // Cancelled only now, so that a directory that stays is never unwatched in between.
      names.keySet().stream().filter(key -> !next.containsKey(key)).forEach(WatchKey::cancel);
    } catch (ClosedWatchServiceException e) {
      return;
    }
    names = Map.copyOf(next);
  }

  private void register(Path directory, Set<Path> entries, Map<WatchKey, Set<Path>> next) {
    try {
      // The same directory gives the same key; another directory under the same path, a new one.
      next.put(directory.register(service, ENTRY_CREATE, ENTRY_MODIFY, ENTRY_DELETE), entries);
    } catch (NoSuchFileException | NotDirectoryException e) {
      log.debug("directory went away before it was watched: {}", directory);
    } catch (IOException e) {
      if (!complained) {
        complained = true;
        log.warn("config watch degraded directory={} fallback=re-read reason={}", directory, e);
      }
    }
  }

  private void await() {
    try {
      while (true) {
        WatchKey key = service.take();
        Set<Path> entries = names.get(key);
        boolean relevant = entries == null;
        for (WatchEvent<?> event : key.pollEvents()) {
          // An overflow has no context: events were lost, so anything may have changed.
          relevant |= event.context() == null || (entries != null && contains(entries, event));
        }
        relevant |= !key.reset();
        if (relevant) {
          changed.run();
        }
      }
    } catch (ClosedWatchServiceException e) {
      log.debug("config watch ended");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean contains(Set<Path> entries, WatchEvent<?> event) {
    return event.context() instanceof Path name && entries.contains(name);
  }

  @Override
  public void close() {
    try {
      service.close();
    } catch (IOException e) {
      log.warn("config watch not closed cleanly reason={}", e.toString());
    }
  }
}
