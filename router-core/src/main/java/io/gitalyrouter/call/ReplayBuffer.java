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

  /** Most calls send one message: it needs no list. Null before it is added, and once forgotten. */
  private @Nullable Object first;

  /** The entries behind the first; null while there are none. */
  private @Nullable List<@Nullable Object> others;

  /** The entries given so far. */
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
    if (size() == 0) {
      first = entry;
    } else {
      if (others == null) {
        others = new ArrayList<>();
      }
      others.add(entry);
    }
    if (!keeping) {
      return true;
    }
    if (bytes >= 0 && budget.tryRetain(bytes, keptBytes)) {
      keptBytes += bytes;
      return true;
    }
    return false;
  }

  private int size() {
    int firsts = cursor > 0 || first != null ? 1 : 0;
    return others == null ? firsts : 1 + others.size();
  }

  boolean hasNext() {
    return cursor < size();
  }

  /** The next entry to send. What is not kept for a replay is forgotten. */
  Object next() {
    Object entry = at(cursor);
    if (entry == null) {
      throw new IllegalStateException("entry " + cursor + " was sent already");
    }
    if (!keeping) {
      forget(cursor);
    }
    cursor++;
    if (!keeping && !hasNext()) {
      forgetSent();
    }
    return entry;
  }

  private @Nullable Object at(int index) {
    if (index == 0) {
      return first;
    }
    return others == null ? null : others.get(index - 1);
  }

  private void forget(int index) {
    if (index == 0) {
      first = null;
    } else if (others != null) {
      others.set(index - 1, null);
    }
  }

  /** The call is committed: what was sent is not needed any more. */
  void stopKeeping() {
    keeping = false;
    for (int i = 0; i < cursor; i++) {
      forget(i);
    }
    if (!hasNext()) {
      forgetSent();
    }
  }

  /** Everything is sent once more, and for the last time. */
  void rewind() {
    keeping = false;
    boolean isEmpty = size() == 0;
    cursor = 0;
    if (isEmpty) {
      forgetSent();
    }
  }

  /** The call is over. */
  void clear() {
    keeping = false;
    forgetSent();
  }

  private void forgetSent() {
    first = null;
    others = null;
    cursor = 0;
    if (keptBytes > 0) {
      budget.release(keptBytes);
      keptBytes = 0;
    }
  }
}
