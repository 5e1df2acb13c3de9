package io.gitalyrouter.call;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ReplayBufferTest {
  private final ReplayBudget budget =
      new ReplayBudget(/* callBytes= */ 100, /* routerBytes= */ 150);
  private final ReplayBuffer buffer = new ReplayBuffer(budget);

  @Test
  void everything_is_given_again_after_a_rewind_and_its_bytes_are_given_back_then() {
    assertThat(buffer.add("a", 40)).isTrue();
    assertThat(buffer.add("b", 40)).isTrue();
    assertThat(buffer.next()).isEqualTo("a");
    assertThat(buffer.next()).isEqualTo("b");
    assertThat(buffer.hasNext()).isFalse();
    assertThat(budget.retainedBytes()).isEqualTo(80);
    buffer.rewind();
    assertThat(buffer.next()).isEqualTo("a");
    assertThat(budget.retainedBytes()).isEqualTo(80);
    assertThat(buffer.next()).isEqualTo("b");
    assertThat(budget.retainedBytes()).isZero();
    assertThat(buffer.hasNext()).isFalse();
  }

  @Test
  void more_than_a_call_may_keep_is_refused_and_still_sent() {
    assertThat(buffer.add("a", 100)).isTrue();
    assertThat(buffer.add("b", 1)).isFalse();
    buffer.stopKeeping();
    assertThat(buffer.next()).isEqualTo("a");
    assertThat(buffer.next()).isEqualTo("b");
    assertThat(budget.retainedBytes()).isZero();
  }

  @Test
  void more_than_all_calls_may_keep_is_refused() {
    ReplayBuffer other = new ReplayBuffer(budget);
    assertThat(buffer.add("a", 100)).isTrue();
    assertThat(other.add("b", 50)).isTrue();
    assertThat(other.add("c", 1)).isFalse();
    buffer.clear();
    other.clear();
    assertThat(budget.retainedBytes()).isZero();
  }

  @Test
  void message_that_can_be_read_once_only_is_not_kept() {
    assertThat(buffer.add("a", MessageSize.ONE_USE)).isFalse();
    assertThat(buffer.next()).isEqualTo("a");
  }

  @Test
  void committed_call_keeps_only_what_is_not_sent_yet() {
    buffer.add("a", 40);
    buffer.add("b", 40);
    assertThat(buffer.next()).isEqualTo("a");
    buffer.stopKeeping();
    assertThat(buffer.next()).isEqualTo("b");
    assertThat(budget.retainedBytes()).isZero();
    assertThat(buffer.add("c", 1_000_000)).as("nothing is kept any more").isTrue();
    assertThat(buffer.next()).isEqualTo("c");
    assertThat(budget.retainedBytes()).isZero();
  }
}
