package io.gitalyrouter.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitalyrouter.fixture.FakeChannel;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.stripe.Stripes;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class LeasesTest {
  private static final LiveEndpoint ENDPOINT =
      FakeEndpoint.ready(Route.LOCAL, "unix:/gitaly.socket", new FakeChannel(), () -> 0);

  private final AtomicInteger drained = new AtomicInteger();
  private final Leases leases = new Leases(ENDPOINT, drained::incrementAndGet);

  private Lease take(int stripe) {
    return Objects.requireNonNull(leases.tryAcquire(stripe), "no lease");
  }

  @Test
  void leases_up_to_a_limit_are_given_and_no_more() {
    Lease first = Objects.requireNonNull(leases.tryAcquire(0, 2));
    Lease second = Objects.requireNonNull(leases.tryAcquire(1, 2));
    assertThat(leases.tryAcquire(2, 2)).isNull();
    assertThat(leases.count()).as("what is refused is not counted").isEqualTo(2);
    take(0);
    assertThat(leases.count()).isEqualTo(3);
    first.release();
    second.release();
    assertThat(leases.tryAcquire(3, 2)).isNotNull();
    assertThat(leases.retire()).isFalse();
    assertThat(leases.tryAcquire(0, 100)).isNull();
  }

  @Test
  void retired_without_leases_is_closed_at_once() {
    take(1).release();
    assertThat(leases.isRetired()).isFalse();
    assertThat(leases.retire()).isTrue();
    assertThat(leases.isRetired()).isTrue();
    for (int stripe = 0; stripe < Stripes.COUNT; stripe++) {
      assertThat(leases.tryAcquire(stripe)).isNull();
    }
    assertThat(leases.retire()).as("only one is told").isFalse();
    assertThat(drained).as("who retires knows it").hasValue(0);
  }

  @Test
  void retired_with_leases_is_closed_by_the_last_of_any_stripe() {
    Lease one = take(0);
    Lease same = take(0);
    Lease other = take(Stripes.COUNT - 1);
    assertThat(same).as("a lease is its stripe's").isSameAs(one);
    assertThat(leases.retire()).isFalse();
    assertThat(leases.count()).isEqualTo(3);
    one.release();
    other.release();
    assertThat(drained).hasValue(0);
    assertThat(leases.count()).isEqualTo(1);
    same.release();
    assertThat(drained).hasValue(1);
    assertThat(leases.count()).isZero();
  }

  @Test
  void lease_given_back_twice_is_an_error() {
    Lease lease = take(0);
    lease.release();
    assertThatThrownBy(lease::release).hasMessageContaining("given back twice");
  }

  @Test
  void lease_given_back_twice_after_retirement_is_an_error() {
    Lease lease = take(0);
    assertThat(leases.retire()).isFalse();
    lease.release();
    assertThatThrownBy(lease::release).hasMessageContaining("given back twice");
    assertThat(drained).hasValue(1);
  }

  @Test
  void exactly_one_of_many_threads_closes_the_door() throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    for (int round = 0; round < 2_000; round++) {
      AtomicInteger closed = new AtomicInteger();
      Leases raced = new Leases(ENDPOINT, closed::incrementAndGet);
      CountDownLatch done = new CountDownLatch(4);
      for (int i = 0; i < 3; i++) {
        int stripe = i;
        threads.execute(
            () -> {
              Lease lease = raced.tryAcquire(stripe);
              if (lease != null) {
                lease.release();
              }
              done.countDown();
            });
      }
      threads.execute(
          () -> {
            if (raced.retire()) {
              closed.incrementAndGet();
            }
            done.countDown();
          });
      assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(closed).hasValue(1);
    }
    threads.shutdown();
  }

  @Test
  void more_than_the_limit_is_never_out() throws InterruptedException {
    int limit = 2;
    AtomicInteger out = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger given = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    for (int i = 0; i < 4; i++) {
      int stripe = i;
      threads.execute(
          () -> {
            while (given.get() < 50_000) {
              Lease lease = leases.tryAcquire(stripe, limit);
              if (lease != null) {
                given.incrementAndGet();
                most.accumulateAndGet(out.incrementAndGet(), Math::max);
                out.decrementAndGet();
                lease.release();
              }
            }
          });
    }
    threads.shutdown();
    assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    assertThat(most.get()).isBetween(1, limit);
    assertThat(leases.count()).isZero();
  }
}
