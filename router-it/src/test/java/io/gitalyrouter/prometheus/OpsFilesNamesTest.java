package io.gitalyrouter.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What the search for metrics in an expression finds. */
final class OpsFilesNamesTest {

  @Test
  void names_of_metrics_are_found_and_nothing_else() {
    assertThat(
            OpsFiles.metrics(
                "100 * sum by (storage, route) (rate(a_total{le=~\"b|c\"}[5m]))"
                    + " / ignoring (x) (level:m:rate5m > 0.05) and on () 1e-9 < max(d) or e"
                    + " unless on (f) g{h=\"i\"} - time()"))
        .containsExactly("a_total", "d", "e", "g", "level:m:rate5m");
  }
}
