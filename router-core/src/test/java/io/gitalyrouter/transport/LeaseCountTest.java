package io.gitalyrouter.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class LeaseCountTest {
  private final LeaseCount leases = new LeaseCount();

  @Test
  void leases_up_to_a_limit_are_given_and_no_more() {
    LeaseCount leases = new LeaseCount();
    assertThat(leases.tryAcquire(2)).isTrue();
    assertThat(leases.tryAcquire(2)).isTrue();
    assertThat(leases.tryAcquire(2)).isFalse();
    assertThat(leases.tryAcquire()).isTrue();
    assertThat(leases.count()).isEqualTo(3);
    assertThat(leases.release()).isFalse();
    assertThat(leases.release()).isFalse();
    assertThat(leases.tryAcquire(2)).isTrue();
    assertThat(leases.retire()).isFalse();
    assertThat(leases.tryAcquire(100)).isFalse();
  }

  @Test
  void retired_without_leases_is_closed_at_once() {
    assertThat(leases.retire()).isTrue();
    assertThat(leases.tryAcquire()).isFalse();
    assertThat(leases.retire()).as("only one is told").isFalse();
  }

  @Test
  void retired_with_leases_is_closed_by_the_last() {
    assertThat(leases.tryAcquire()).isTrue();
    assertThat(leases.tryAcquire()).isTrue();
    assertThat(leases.retire()).isFalse();
    assertThat(leases.count()).isEqualTo(2);
    assertThat(leases.release()).isFalse();
    assertThat(leases.release()).isTrue();
    assertThat(leases.count()).isZero();
  }

  @Test
  void lease_given_back_twice_is_an_error() {
    leases.tryAcquire();
    leases.release();
    assertThatThrownBy(leases::release).hasMessageContaining("given back twice");
  }

  @Test
  void exactly_one_of_many_threads_closes_the_door() throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    for (int round = 0; round < 2_000; round++) {
      LeaseCount count = new LeaseCount();
      AtomicInteger closed = new AtomicInteger();
      CountDownLatch done = new CountDownLatch(4);
      for (int i = 0; i < 3; i++) {
        threads.execute(
            () -> {
              if (count.tryAcquire() && count.release()) {
                closed.incrementAndGet();
              }
              done.countDown();
            });
      }
      threads.execute(
          () -> {
            if (count.retire()) {
              closed.incrementAndGet();
            }
            done.countDown();
          });
      assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(closed).hasValue(1);
    }
    threads.shutdown();
  }
}
