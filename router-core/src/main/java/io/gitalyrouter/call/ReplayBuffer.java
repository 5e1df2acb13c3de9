package io.gitalyrouter.call;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the caller has sent, in order, and how far an attempt has got with it. Messages are
 * immutable, so keeping one costs a reference; the bytes counted are what they stand for. <em>Not
 * thread-safe; guarded by the lock of its call.</em>
 */
final class ReplayBuffer {
  private final ReplayBudget budget;
  private final List<@Nullable Object> entries = new ArrayList<>(2);
  private int cursor;
  private long keptBytes;
  private boolean keeping = true;

  ReplayBuffer(ReplayBudget budget) {
    this.budget = budget;
  }

  /**
   * Adds an entry behind the others.
   *
   * @param bytes its size; negative if it cannot be sent twice
   * @return false if it cannot be kept, so that nothing can be sent again from now on
   */
  boolean add(Object entry, long bytes) {
    entries.add(entry);
    if (!keeping) {
      return true;
    }
    if (bytes >= 0 && budget.tryRetain(bytes, keptBytes)) {
      keptBytes += bytes;
      return true;
    }
    return false;
  }

  boolean hasNext() {
    return cursor < entries.size();
  }

  /** The next entry to send. What is not kept for a replay is forgotten. */
  Object next() {
    Object entry = entries.get(cursor);
    if (entry == null) {
      throw new IllegalStateException("entry " + cursor + " was sent already");
    }
    if (!keeping) {
      entries.set(cursor, null);
    }
    cursor++;
    if (!keeping && cursor == entries.size()) {
      forgetSent();
    }
    return entry;
  }

  /** The call is committed: what was sent is not needed any more. */
  void stopKeeping() {
    keeping = false;
    for (int i = 0; i < cursor; i++) {
      entries.set(i, null);
    }
    if (cursor == entries.size()) {
      forgetSent();
    }
  }

  /** Everything is sent once more, and for the last time. */
  void rewind() {
    keeping = false;
    cursor = 0;
    if (entries.isEmpty()) {
      forgetSent();
    }
  }

  /** The call is over. */
  void clear() {
    keeping = false;
    cursor = entries.size();
    forgetSent();
  }

  private void forgetSent() {
    entries.clear();
    cursor = 0;
    budget.release(keptBytes);
    keptBytes = 0;
  }
}
