package io.gitalyrouter.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HostPatternTest {
  @ParameterizedTest
  @CsvSource({
    "git*,      git01,  true",
    "git*,      git,    true",
    "git*,      agit01, false",
    "git0?,     git01,  false",
    "*.fe.*,    git01.fe.example.com, true",
    "*.fe.*,    git01.be.example.com, false",
    "*,         any,    true",
    "git01,     git01,  true",
    "git01,     git011, false",
    "Git*,      git01,  false",
    "a*b*c,     abbc,   true",
    "a*b*c,     abb,    false"
  })
  void star_stands_for_any_characters(String pattern, String host, boolean matches) {
    assertThat(new HostPattern(pattern).matches(host)).isEqualTo(matches);
  }

  @Test
  void matches_what_a_regular_expression_matches() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      String pattern = text(random, "ab*");
      String host = text(random, "ab");
      assertThat(new HostPattern(pattern).matches(host))
          .as("%s on %s, seed %d", pattern, host, seed)
          .isEqualTo(Pattern.matches(pattern.replace("*", ".*"), host));
    }
  }

  @Test
  void pattern_that_covers_another_matches_whatever_that_matches() {
    Random random = new Random(5);
    for (int i = 0; i < 20_000; i++) {
      HostPattern first = new HostPattern(text(random, "ab*"));
      HostPattern second = new HostPattern(text(random, "ab*"));
      String host = text(random, "abc");
      if (first.covers(second) && second.matches(host)) {
        assertThat(first.matches(host)).as("%s %s %s", first, second, host).isTrue();
      }
    }
    assertThat(new HostPattern("git*").covers(new HostPattern("git0*"))).isTrue();
    assertThat(new HostPattern("git0*").covers(new HostPattern("git*"))).isFalse();
    assertThat(new HostPattern("*1*").covers(new HostPattern("git*"))).isFalse();
  }

  @Test
  void hostile_pattern_takes_no_time() {
    HostPattern pattern = new HostPattern("*a".repeat(200) + "b");
    Assertions.assertTimeout(
        Duration.ofSeconds(1),
        () -> assertThat(pattern.matches("a".repeat(4000).toLowerCase(Locale.ROOT))).isFalse());
  }

  private static String text(Random random, String letters) {
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(7); length > 0; length--) {
      text.append(letters.charAt(random.nextInt(letters.length())));
    }
    return text.toString();
  }
}
