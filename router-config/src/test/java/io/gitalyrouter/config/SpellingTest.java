package io.gitalyrouter.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SpellingTest {

  @Test
  void distance_counts_insertions_deletions_changes_and_swaps() {
    assertThat(Spelling.distance("role", "roles")).isEqualTo(1);
    assertThat(Spelling.distance("adress", "address")).isEqualTo(1);
    assertThat(Spelling.distance("netwrok", "network")).as("a swap is one edit").isEqualTo(1);
    assertThat(Spelling.distance("unit", "unit")).isZero();
  }

  @Test
  void nearest_word_is_offered_and_a_far_one_is_not() {
    List<String> known = List.of("local", "network");

    assertThat(Spelling.didYouMean("netwok", known)).isEqualTo("; did you mean \"network\"?");
    assertThat(Spelling.didYouMean("colour", known)).isEmpty();
    assertThat(Spelling.didYouMean("x".repeat(100_000), known)).isEmpty();
  }
}
