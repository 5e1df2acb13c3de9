package io.gitalyrouter.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.fixture.Interleaving;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WatchedCallsTest {
  private final WatchedCalls calls = new WatchedCalls();

  private List<WatchedCall> seen() {
    List<WatchedCall> seen = new ArrayList<>();
    calls.forEach(seen::add);
    return seen;
  }

  private static List<WatchedCall> withHash(int hash, int count) {
    List<WatchedCall> made = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      made.add(new Call(hash));
    }
    return made;
  }

  @Test
  void call_is_seen_until_it_is_removed() {
    WatchedCall one = new Call(1);
    WatchedCall other = new Call(2);
    assertThat(seen()).isEmpty();
    calls.add(one);
    calls.add(other);
    assertThat(seen()).containsExactlyInAnyOrder(one, other);
    calls.remove(one);
    assertThat(seen()).containsExactly(other);
    calls.remove(other);
    assertThat(seen()).isEmpty();
  }

  @Test
  void calls_of_one_hash_are_all_seen_once_however_many_there_are() {
    List<WatchedCall> many = withHash(7, 500);
    many.forEach(calls::add);
    assertThat(seen()).containsExactlyInAnyOrderElementsOf(many);
    for (int i = 0; i < many.size(); i++) {
      calls.remove(many.get(i));
      assertThat(seen()).containsExactlyInAnyOrderElementsOf(many.subList(i + 1, many.size()));
    }
  }

  @Test
  void calls_of_any_hash_are_all_seen_once() {
    List<WatchedCall> many = new ArrayList<>();
    for (int hash = -300; hash < 300; hash++) {
      many.add(new Call(hash));
    }
    many.addAll(withHash(Integer.MAX_VALUE, 10));
    many.addAll(withHash(Integer.MIN_VALUE, 10));
    many.forEach(calls::add);
    assertThat(seen()).containsExactlyInAnyOrderElementsOf(many);
    many.forEach(calls::remove);
    assertThat(seen()).isEmpty();
  }

  @Test
  void removing_a_call_that_is_not_there_does_nothing() {
    List<WatchedCall> many = withHash(7, 20);
    calls.remove(many.get(0));
    many.forEach(calls::add);
    withHash(7, 20).forEach(calls::remove);
    assertThat(seen()).containsExactlyInAnyOrderElementsOf(many);
    calls.remove(many.get(0));
    calls.remove(many.get(0));
    assertThat(seen()).containsExactlyInAnyOrderElementsOf(many.subList(1, 20));
  }

  @Test
  void call_can_be_added_again() {
    List<WatchedCall> many = withHash(7, 20);
    many.forEach(calls::add);
    for (WatchedCall call : many) {
      calls.remove(call);
      calls.add(call);
    }
    assertThat(seen()).containsExactlyInAnyOrderElementsOf(many);
    many.forEach(calls::remove);
    assertThat(seen()).isEmpty();
  }

  @Test
  void calls_that_stay_are_seen_while_others_come_and_go() {
    List<WatchedCall> staying = withHash(8, 6);
    staying.forEach(calls::add);
    calls.remove(staying.remove(0));
    Runnable comeAndGo =
        () -> {
          List<WatchedCall> mine = withHash(7, 3);
          for (int i = 0; i < 10_000; i++) {
            mine.forEach(calls::add);
            assertThat(seen().containsAll(mine)).as("what is there is seen").isTrue();
            mine.forEach(calls::remove);
          }
        };
    Runnable look =
        () -> {
          for (int i = 0; i < 2_000; i++) {
            assertThat(seen()).containsAll(staying);
          }
        };
    Interleaving.of(comeAndGo, look, comeAndGo, comeAndGo);
    assertThat(seen()).containsExactlyInAnyOrderElementsOf(staying);
  }

  /** Equal to itself only, whatever hash it has. */
  private static final class Call implements WatchedCall {
    private final int hash;

    Call(int hash) {
      this.hash = hash;
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public void nudge(Nudge why) {}

    @Override
    public void age(long nowNanos, boolean endpointSpeaks) {}
  }
}
