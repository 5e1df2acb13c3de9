package io.gitalyrouter.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MethodFilterTest {
  private static final String LIST = "gitaly.RefService/ListRefs";
  private static final String EXISTS = "gitaly.RefService/RefExists";
  private static final String FIND = "gitaly.CommitService/FindCommit";

  private static boolean matches(MethodFilter filter, String method) {
    return filter.matches(method, method.substring(0, method.indexOf('/')));
  }

  @Test
  void filter_without_names_is_about_every_method() {
    MethodFilter all = MethodFilter.of(List.of(), List.of());
    assertThat(all).isSameAs(MethodFilter.all());
    assertThat(matches(all, LIST)).isTrue();
    assertThat(matches(all, "other.Service/Method")).isTrue();
  }

  @Test
  void filter_of_some_methods_is_about_them_and_their_services() {
    MethodFilter some = MethodFilter.of(List.of("RefService/*", FIND), List.of());
    assertThat(matches(some, LIST)).isTrue();
    assertThat(matches(some, EXISTS)).isTrue();
    assertThat(matches(some, FIND)).isTrue();
    assertThat(matches(some, "gitaly.CommitService/CommitStats")).isFalse();
    assertThat(matches(some, "gitaly.RefServiceMore/ListRefs")).isFalse();
  }

  @Test
  void exceptions_win() {
    MethodFilter some = MethodFilter.of(List.of("RefService/*"), List.of("RefService/RefExists"));
    assertThat(matches(some, LIST)).isTrue();
    assertThat(matches(some, EXISTS)).isFalse();
    assertThat(matches(MethodFilter.of(List.of(), List.of("RefService/*")), FIND)).isTrue();
    assertThat(matches(MethodFilter.of(List.of(), List.of("RefService/*")), LIST)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "RefService", "RefService/", "/ListRefs", "*/ListRefs", "*", "a b/c"})
  void other_forms_are_refused(String name) {
    assertThat(MethodFilter.isWellFormed(name)).isFalse();
    assertThatThrownBy(() -> MethodFilter.of(List.of(), List.of(name)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("method: " + name + " (expected: Service/Method or Service/*)");
  }

  @Test
  void text_form_names_what_it_is_about() {
    assertThat(MethodFilter.of(List.of("RefService/*", "CommitService/FindCommit"), List.of()))
        .hasToString(
            "MethodFilter[only=[gitaly.CommitService/FindCommit, gitaly.RefService/*], except=[]]");
  }
}
