package io.gitalyrouter.stripe;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One object for each stripe, made when it is first asked for. Who makes one in vain, because
 * another thread was first, gets the other's. <em>Thread-safe.</em>
 *
 * @param <T> what is kept
 */
public final class Striped<T> {
  private final AtomicReferenceArray<@Nullable T> made = new AtomicReferenceArray<>(Stripes.COUNT);
  private final IntFunction<T> maker;

  /**
   * Nothing is made yet.
   *
   * @param maker makes that of a stripe
   */
  public Striped(IntFunction<T> maker) {
    this.maker = maker;
  }

  /** That of a stripe. */
  public T of(int stripe) {
    T kept = made.get(stripe);
    return kept == null ? orElse(stripe, maker.apply(stripe)) : kept;
  }

  /** That of a stripe; null if it was not made yet. */
  public @Nullable T ifMade(int stripe) {
    return made.get(stripe);
  }

  /** That of a stripe; if it was not made yet, it is the other from now on. */
  public T orElse(int stripe, T other) {
    T before = made.compareAndExchange(stripe, null, other);
    return before == null ? other : before;
  }
}
