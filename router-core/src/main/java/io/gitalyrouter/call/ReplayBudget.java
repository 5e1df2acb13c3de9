package io.gitalyrouter.call;

import java.util.concurrent.atomic.AtomicLong;

/** Bounds the bytes that all calls of a router keep for a replay. <em>Thread-safe.</em> */
public final class ReplayBudget {
  /** Written with each table, read by calls; a call that reads late keeps a little more or less. */
  private volatile long callBytes;

  /** As {@link #callBytes}. */
  private volatile long routerBytes;

  private final AtomicLong retained = new AtomicLong();

  /** A budget; both bounds are in bytes. */
  public ReplayBudget(long callBytes, long routerBytes) {
    this.callBytes = callBytes;
    this.routerBytes = routerBytes;
  }

  /** Sets both bounds, in bytes. What is kept already stays. */
  public void limit(long newCallBytes, long newRouterBytes) {
    callBytes = newCallBytes;
    routerBytes = newRouterBytes;
  }

  /** The bytes kept at this moment. */
  public long retainedBytes() {
    return retained.get();
  }

  /** Takes bytes for a call that keeps some already, if both bounds allow it. */
  boolean tryRetain(long bytes, long alreadyKept) {
    if (alreadyKept + bytes > callBytes) {
      return false;
    }
    if (retained.addAndGet(bytes) > routerBytes) {
      retained.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  void release(long bytes) {
    retained.addAndGet(-bytes);
  }
}
