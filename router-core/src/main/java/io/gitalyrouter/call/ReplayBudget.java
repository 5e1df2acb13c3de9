package io.gitalyrouter.call;

import io.gitalyrouter.stripe.PaddedLong;
import io.gitalyrouter.stripe.Stripes;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Bounds the bytes that all calls of a router keep for a replay. A stripe takes them from the
 * router's bound in chunks, so that small calls of different threads meet nowhere; what a stripe
 * has to spare is taken back before a call is refused. <em>Thread-safe.</em>
 */
public final class ReplayBudget {
  private static final long MOST_CHUNK_BYTES = 64 << 10;

  /** A stripe spares at most twice this part of the bound. */
  private static final int CHUNK_SHARE = 1024;

  /** Written with each table, read by calls; a call that reads late keeps a little more or less. */
  private volatile long callBytes;

  /** As {@link #callBytes}. */
  private volatile long routerBytes;

  /** What calls keep, and what stripes have to spare. At most the bound, unless that fell. */
  private final AtomicLong taken = new AtomicLong();

  /** By stripe, never below 0. */
  private final PaddedLong[] spares =
      Stream.generate(PaddedLong::new).limit(Stripes.COUNT).toArray(PaddedLong[]::new);

  /** A budget; both bounds are in bytes. */
  public ReplayBudget(long callBytes, long routerBytes) {
    this.callBytes = callBytes;
    this.routerBytes = routerBytes;
  }

  /** Sets both bounds, in bytes. What is kept already stays. */
  public void limit(long newCallBytes, long newRouterBytes) {
    callBytes = newCallBytes;
    routerBytes = newRouterBytes;
    takeBackSpares();
  }

  /** The bytes kept; a little more or less while calls begin and end. */
  public long retainedBytes() {
    long spare = 0;
    for (PaddedLong one : spares) {
      spare += one.get();
    }
    return Math.max(0, taken.get() - spare);
  }

  /** Takes bytes for a call that keeps some already, if both bounds allow it. */
  boolean tryRetain(long bytes, long alreadyKept) {
    if (alreadyKept + bytes > callBytes) {
      return false;
    }
    PaddedLong spare = spares[Stripes.mine()];
    for (long seen = spare.get(); seen >= bytes; seen = spare.get()) {
      if (spare.compareAndSet(seen, seen - bytes)) {
        return true;
      }
    }
    return tryTakeWithMore(bytes, spare) || tryTake(bytes) || tryTakeWhatOthersSpare(bytes);
  }

  private long chunkBytes() {
    return Math.min(MOST_CHUNK_BYTES, routerBytes / CHUNK_SHARE);
  }

  private boolean tryTakeWithMore(long bytes, PaddedLong spare) {
    long more = chunkBytes();
    if (bytes >= more || !tryTake(bytes + more)) {
      return false;
    }
    long unused = spare.addAndGet(more);
    return true;
  }

  private boolean tryTake(long bytes) {
    if (taken.addAndGet(bytes) > routerBytes) {
      taken.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  private boolean tryTakeWhatOthersSpare(long bytes) {
    takeBackSpares();
    return tryTake(bytes);
  }

  private void takeBackSpares() {
    for (PaddedLong spare : spares) {
      taken.addAndGet(-spare.getAndSet(0));
    }
  }

  void release(long bytes) {
    PaddedLong spare = spares[Stripes.mine()];
    long has = spare.addAndGet(bytes);
    // After the bound fell, nothing is spared until what is kept has fallen too.
    long mayHave = taken.get() > routerBytes ? 0 : chunkBytes();
    if (has > 2 * mayHave && spare.compareAndSet(has, mayHave)) {
      taken.addAndGet(mayHave - has);
    }
  }
}
