package io.gitalyrouter.config.cli;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads a time such as {@code 500ms}, {@code 30s}, {@code 15m} or {@code 24h}. <em>Immutable.</em>
 */
public final class DurationConverter implements ITypeConverter<Duration> {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
  private static final Map<String, ChronoUnit> UNITS =
      Map.of(
          "ms", ChronoUnit.MILLIS,
          "s", ChronoUnit.SECONDS,
          "m", ChronoUnit.MINUTES,
          "h", ChronoUnit.HOURS,
          "d", ChronoUnit.DAYS);

  @Override
  public Duration convert(String value) {
    return parse(value);
  }

  /**
   * Reads one.
   *
   * @throws TypeConversionException if it is none
   */
  static Duration parse(String value) {
    Matcher matcher = FORM.matcher(value);
    ChronoUnit unit = matcher.matches() ? UNITS.get(matcher.group(2)) : null;
    if (unit == null) {
      throw new TypeConversionException(
          '"' + value + "\" (expected: a number and ms, s, m, h or d, such as 30s)");
    }
    return unit.getDuration().multipliedBy(Long.parseLong(matcher.group(1)));
  }

  /** The same form, in the largest unit that is exact. */
  static String format(Duration duration) {
    long millis = duration.toMillis();
    for (String unit : new String[] {"d", "h", "m", "s"}) {
      ChronoUnit of = UNITS.getOrDefault(unit, ChronoUnit.MILLIS);
      long length = of.getDuration().toMillis();
      if (millis >= length && millis % length == 0) {
        return millis / length + unit;
      }
    }
    return millis + "ms";
  }
}
