package io.gitalyrouter.call;

import java.util.concurrent.atomic.AtomicLong;

/** Bounds the bytes that all calls of a router keep for a replay. <em>Thread-safe.</em> */
public final class ReplayBudget {
  /** The most that one call may keep, in bytes: what grpc-java's own retry keeps. */
  public static final long DEFAULT_CALL_BYTES = 1 << 20;

  /** The most that all calls together may keep, in bytes: what grpc-java's own retry keeps. */
  public static final long DEFAULT_ROUTER_BYTES = 16 << 20;

  private final long callBytes;
  private final long routerBytes;
  private final AtomicLong retained = new AtomicLong();

  /** A budget; both bounds are in bytes. */
  public ReplayBudget(long callBytes, long routerBytes) {
    this.callBytes = callBytes;
    this.routerBytes = routerBytes;
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
