package io.gitalyrouter.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ArgumentsTest {

  @Test
  void line_is_split_at_white_space_outside_of_quotes() {
    assertThat(ExperimentMain.split("  --rate 10 --repository \"/a b/c\" --output '/d e' "))
        .containsExactly("--rate", "10", "--repository", "/a b/c", "--output", "/d e");
    assertThat(ExperimentMain.split("")).isEmpty();
  }

  @Test
  void call_id_of_somebody_else_has_no_origin() {
    assertThat(CallId.parse("git01-observe-load-42"))
        .contains(new CallId("git01", Phase.OBSERVE, "load"));
    assertThat(CallId.parse("git03-observe-load-42")).isEmpty();
    assertThat(CallId.parse("git01-lunch-load-42")).isEmpty();
    assertThat(CallId.parse("")).isEmpty();
  }
}
