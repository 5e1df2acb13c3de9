package io.gitalyrouter.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class MethodQuarantineTest {
  private final AtomicLong now = new AtomicLong();
  private final MethodQuarantine quarantine = new MethodQuarantine(now::get);

  @Test
  void unknown_method_is_held_for_its_time_and_no_other_with_it() {
    quarantine.add("gitaly.RefService/ListRefs");
    assertThat(quarantine.holds("gitaly.RefService/ListRefs")).isTrue();
    assertThat(quarantine.holds("gitaly.RefService/RefExists")).isFalse();
    now.addAndGet(MethodQuarantine.TIME.toNanos() - 1);
    assertThat(quarantine.holds("gitaly.RefService/ListRefs")).isTrue();
    now.addAndGet(1);
    assertThat(quarantine.holds("gitaly.RefService/ListRefs")).isFalse();
  }

  @Test
  void method_that_is_still_unknown_is_held_again() {
    quarantine.add("m/m");
    now.addAndGet(MethodQuarantine.TIME.toNanos());
    assertThat(quarantine.holds("m/m")).isFalse();
    quarantine.add("m/m");
    assertThat(quarantine.holds("m/m")).isTrue();
  }
}
