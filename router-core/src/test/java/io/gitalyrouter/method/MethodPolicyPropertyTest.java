package io.gitalyrouter.method;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.fixture.GitalyMethods;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What holds for every row of the table of methods, for every pair of rows, and for other names.
 */
final class MethodPolicyPropertyTest {
  /** From the weakest to the strictest. */
  private static final List<MethodPolicy> POLICIES =
      List.of(
          MethodPolicy.REPLAYABLE,
          MethodPolicy.ONCE,
          MethodPolicy.PINNED,
          MethodPolicy.SIDECHANNEL);

  private static final List<String> LIMITS =
      List.of("-", "effect", "internal", "hook", "sidechannel");

  /** A line of the table. */
  private record Row(String method, List<String> opTypes, String limit) {
    /** A version that lacks the method says nothing of it. */
    boolean readsEverywhere() {
      return opTypes.stream().allMatch(type -> type.equals("accessor") || type.equals("-"));
    }

    boolean isAsStrictAs(Row other) {
      return (other.readsEverywhere() || !readsEverywhere())
          && LIMITS.indexOf(limit) >= LIMITS.indexOf(other.limit);
    }

    MethodPolicy policy() {
      return MethodPolicyPropertyTest.policy("gitaly." + method);
    }
  }

  private static MethodPolicy policy(String fullMethodName) {
    return new MethodRules()
        .of(GitalyMethods.FIND_COMMIT.toBuilder().setFullMethodName(fullMethodName).build())
        .policy();
  }

  private static List<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    List<String> head = List.of();
    for (String line : Files.readAllLines(Path.of("src/main/gitaly/methods.tsv"))) {
      List<String> cells = List.of(line.split("\t", -1));
      if (line.startsWith("#")) {
        head = cells;
      } else {
        List<String> opTypes = new ArrayList<>();
        for (int i = 0; i < cells.size(); i++) {
          if (head.get(i).startsWith("op type")) {
            opTypes.add(cells.get(i));
          }
        }
        rows.add(new Row(cells.get(0), opTypes, cells.get(head.indexOf("limit"))));
      }
    }
    assertThat(rows).hasSizeGreaterThan(100).allMatch(row -> row.opTypes.size() >= 2);
    return rows;
  }

  @Test
  void every_row_has_a_policy_and_no_other_name_has_one() throws IOException {
    assertThat(rows().stream().map(row -> "gitaly." + row.method))
        .containsExactlyInAnyOrderElementsOf(MethodTable.all().keySet());
    MethodTable.all().forEach((name, rule) -> assertThat(policy(name)).isEqualTo(rule.policy()));
  }

  @Test
  void method_is_replayable_exactly_if_it_reads_in_every_version_and_nothing_limits_it()
      throws IOException {
    for (Row row : rows()) {
      assertThat(row.policy() == MethodPolicy.REPLAYABLE)
          .as("%s", row)
          .isEqualTo(row.readsEverywhere() && row.limit.equals("-"));
    }
  }

  @Test
  void stricter_row_never_has_a_weaker_policy() throws IOException {
    List<Row> rows = rows();
    for (Row row : rows) {
      for (Row stricter : rows) {
        if (stricter.isAsStrictAs(row)) {
          assertThat(POLICIES.indexOf(stricter.policy()))
              .as("%s, from %s", stricter, row)
              .isGreaterThanOrEqualTo(POLICIES.indexOf(row.policy()));
        }
      }
    }
  }

  @Test
  void name_that_differs_in_one_letter_runs_once() {
    Random random = new Random(7);
    for (String name : MethodTable.all().keySet()) {
      StringBuilder other = new StringBuilder(name);
      int at = random.nextInt(name.length());
      other.setCharAt(at, name.charAt(at) == 'x' ? 'y' : 'x');
      assertThat(policy(other.toString())).as("%s", other).isEqualTo(MethodPolicy.ONCE);
    }
  }
}
