package io.gitalyrouter.config.compare;

import java.util.List;
import java.util.Locale;

/** What a comparison found, in a sentence or two. */
final class Summary {
  private Summary() {}

  static String of(CompareReport report) {
    return reason(report) + numbers(report);
  }

  private static String reason(CompareReport report) {
    if (!report.because().isEmpty()) {
      return "no verdict, because of a check: " + names(report) + ". ";
    }
    return switch (report.verdict()) {
      case WORSE -> "beyond the margin: " + guards(report, Verdict.WORSE) + ". ";
      case INCONCLUSIVE ->
          "not clear, or too few calls: " + guards(report, Verdict.INCONCLUSIVE) + ". ";
      case BETTER -> "faster, and within the margins in all else. ";
      case NO_WORSE -> "within the margins in everything. ";
    };
  }

  private static String names(CompareReport report) {
    List<String> failed =
        report.checks().stream().filter(SanityCheck::isFailed).map(SanityCheck::name).toList();
    return failed.isEmpty() ? "the window is not over" : String.join(", ", failed);
  }

  private static String guards(CompareReport report, Verdict verdict) {
    return String.join(
        ", ",
        report.findings().stream()
            .filter(finding -> finding.verdict() == verdict)
            .map(Finding::what)
            .toList());
  }

  private static String numbers(CompareReport report) {
    double primary = report.plan().margins().primary();
    return report
        .overall()
        .at(primary)
        .map(
            found ->
                String.format(
                    Locale.ROOT,
                    "%s of all calls: local %.2f ms, network %.2f ms, difference %+.2f ms"
                        + " (%+.2f to %+.2f).",
                    QuantileEffect.label(primary),
                    found.localMillis(),
                    found.networkMillis(),
                    found.differenceMillis().estimate(),
                    found.differenceMillis().lower(),
                    found.differenceMillis().upper()))
        .orElse("Too few calls to name " + QuantileEffect.label(primary) + ".");
  }
}
