package io.gitalyrouter.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class FaultTableTest {
  @Test
  void committed_table_names_exactly_the_faults_that_are_made() throws IOException {
    assertThat(FaultTable.named())
        .as("run StagedChangeIT with -Dfaults.update=true")
        .containsExactlyElementsOf(Faults.all().stream().map(Fault::name).toList());
  }

  @Test
  void there_are_twenty_kinds_at_least_and_no_two_of_one_name() {
    assertThat(Faults.all()).hasSizeGreaterThanOrEqualTo(20);
    assertThat(Faults.all().stream().map(Fault::name)).doesNotHaveDuplicates();
  }
}
