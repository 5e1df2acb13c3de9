package io.gitalyrouter.standin.rpc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The bytes of a client's messages as a stream that blocks until they come. *Thread-safe.*
 *
 * <p>The next message is asked for only when the last one has been read, so no more than one waits
 * here.
 */
final class InboundBytes extends InputStream {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Runnable askForMore;

  @GuardedBy("lock") private final Queue<ByteString> waiting = new ArrayDeque<>();

  @GuardedBy("lock") private boolean ended;

  @GuardedBy("lock") private boolean gone;

  /** Only touched by the reading thread. */
  private ByteString current = ByteString.EMPTY;

  private int at;

  /** Asks for one message at a time; the first one must have been asked for already. */
  InboundBytes(Runnable askForMore) {
    this.askForMore = askForMore;
  }

  /** Adds what a message brought. An empty one is skipped, and the next asked for. */
  void offer(ByteString bytes) {
    if (bytes.isEmpty()) {
      askForMore.run();
      return;
    }
    lock.lock();
    try {
      waiting.add(bytes);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The client has sent all. */
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The client has given up: reading fails from now on. */
  void gone() {
    lock.lock();
    try {
      gone = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (at == current.size() && !next()) {
      return -1;
    }
    int part = Math.min(length, current.size() - at);
    current.substring(at, at + part).copyTo(target, from);
    at += part;
    if (at == current.size()) {
      current = ByteString.EMPTY;
      at = 0;
      askForMore.run();
    }
    return part;
  }

  private boolean next() throws CallGoneException {
    lock.lock();
    try {
      while (waiting.isEmpty() && !ended && !gone) {
        changed.awaitUninterruptibly();
      }
      if (gone) {
        throw new CallGoneException();
      }
      ByteString head = waiting.poll();
      if (head == null) {
        return false;
      }
      current = head;
      at = 0;
      return true;
    } finally {
      lock.unlock();
    }
  }
}
