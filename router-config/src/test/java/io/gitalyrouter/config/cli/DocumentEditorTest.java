package io.gitalyrouter.config.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitalyrouter.config.cli.DocumentEdit.AddName;
import io.gitalyrouter.config.cli.DocumentEdit.Put;
import io.gitalyrouter.config.cli.DocumentEdit.RemoveName;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DocumentEditorTest {
  private static final List<String> GIT01 = List.of("hosts", "git01", "roles");

  private static final String BLOCK =
      """
      # ärger 😀 first
      version: 1
      hosts: # who
        git01:
          roles: # in order
            - one   # the first
            - two
          # after
        git02: { roles: [ one ] } # end

      # last
      """;

  private static String edit(String text, DocumentEdit... edits) {
    return DocumentEditor.apply(text, List.of(edits));
  }

  @Test
  void name_comes_to_the_end_of_a_block_list_and_nothing_else_moves() {
    assertThat(edit(BLOCK, new AddName(GIT01, "three")))
        .isEqualTo(BLOCK.replace("      - two\n", "      - two\n      - three\n"));
  }

  @Test
  void name_goes_with_its_line_and_a_block_list_can_become_empty() {
    assertThat(edit(BLOCK, new RemoveName(GIT01, "one")))
        .isEqualTo(BLOCK.replace("      - one   # the first\n", ""));
    String empty = edit(BLOCK, new RemoveName(GIT01, "one"), new RemoveName(GIT01, "two"));
    assertThat(empty).contains("    # after\n", "# last\n").doesNotContain("- two");
    assertThat(edit(empty, new AddName(GIT01, "one"))).contains("[one]");
  }

  @Test
  void flow_lists_keep_their_form() {
    List<String> git02 = List.of("hosts", "git02", "roles");
    assertThat(edit(BLOCK, new AddName(git02, "two"))).contains("{ roles: [ one, two ] } # end\n");
    assertThat(edit(BLOCK, new RemoveName(git02, "one"))).contains("{ roles: [  ] } # end\n");
    String three = "hosts: { git01: { roles: [a, b, c] } }\n";
    assertThat(edit(three, new RemoveName(GIT01, "a"))).contains("[b, c]");
    assertThat(edit(three, new RemoveName(GIT01, "b"))).contains("[a, c]");
    assertThat(edit(three, new RemoveName(GIT01, "c"))).contains("[a, b]");
  }

  @Test
  void new_keys_come_behind_the_last_one() {
    DocumentEdit host =
        new Put(List.of("hosts", "git03"), Map.of("roles", List.of("one")), "{ roles: [one] }");
    assertThat(edit(BLOCK, host))
        .isEqualTo(
            BLOCK.replace("[ one ] } # end\n", "[ one ] } # end\n  git03: { roles: [one] }\n"));
    assertThat(edit("hosts: {}\n", host)).isEqualTo("hosts: { git03: { roles: [one] } }\n");
    assertThat(edit("hosts: { a: { roles: [] } }", host))
        .isEqualTo("hosts: { a: { roles: [] }, git03: { roles: [one] } }");
    assertThat(edit("roles:\n  r:\n    route: network # x\nz: 1\n", percent()))
        .isEqualTo("roles:\n  r:\n    route: network # x\n    percent: 5\nz: 1\n");
    assertThat(edit("roles: { r: { percent: 100, a: 1 } }\n", percent()))
        .isEqualTo("roles: { r: { percent: 5, a: 1 } }\n");
  }

  private static DocumentEdit percent() {
    return new Put(List.of("roles", "r", "percent"), 5, "5");
  }

  @Test
  void alias_that_would_carry_the_change_elsewhere_is_refused() {
    String text = "hosts:\n  git01: { roles: &r [one] }\n  git02: { roles: *r }\n";

    assertThatThrownBy(() -> edit(text, new AddName(GIT01, "two")))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("edit it by hand");
  }

  @Test
  void names_that_yaml_reads_otherwise_are_quoted() {
    assertThat(DocumentEditor.quoted("git01.fe")).isEqualTo("git01.fe");
    assertThat(List.of("null", "0x1", "a: b", "on"))
        .extracting(DocumentEditor::quoted)
        .allMatch(text -> text.startsWith("\""));
  }
}
