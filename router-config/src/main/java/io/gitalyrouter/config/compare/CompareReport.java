package io.gitalyrouter.config.compare;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a comparison found, by intention to treat. <em>Immutable.</em>
 *
 * @param plan what was fixed before
 * @param window the time that was used
 * @param verdict what may be said of the network side
 * @param because why it is not said, when the data themselves forbid it
 * @param findings what each guard of the verdict says
 * @param checks what must hold before any of it can be believed
 * @param groups the effects: all calls first, then storages, then methods with the worst first
 * @param hosts all calls of each host by itself; empty unless each host has both arms
 * @param errors failed calls in either arm
 * @param fallbacks the network arm's calls that were served locally
 * @param codes every status in either arm
 * @param servedBy all calls by the route that served them, without intervals: a fallback that took
 *     long counts there as a local call. Not for the verdict
 * @param fallbacksOverTime the network arm's fallbacks over the window
 * @param timeline the marks inside the window
 * @param leftOut calls inside the window that were not used, by reason
 * @param sources the files that were read, with checksums
 */
public record CompareReport(
    ComparisonPlan plan,
    Window window,
    Verdict verdict,
    List<String> because,
    List<Finding> findings,
    List<SanityCheck> checks,
    List<GroupEffects> groups,
    List<GroupEffects> hosts,
    RateEffect errors,
    RateEffect fallbacks,
    List<RateEffect> codes,
    List<ServedBy> servedBy,
    List<FallbackMoment> fallbacksOverTime,
    List<HostMark> timeline,
    Map<String, Long> leftOut,
    List<String> sources) {
  /** Copies the collections. */
  public CompareReport {
    because = List.copyOf(because);
    findings = List.copyOf(findings);
    checks = List.copyOf(checks);
    groups = List.copyOf(groups);
    hosts = List.copyOf(hosts);
    codes = List.copyOf(codes);
    servedBy = List.copyOf(servedBy);
    fallbacksOverTime = List.copyOf(fallbacksOverTime);
    timeline = List.copyOf(timeline);
    sources = List.copyOf(sources);
  }

  /** All calls, standardised to the local arm's mix. */
  public GroupEffects overall() {
    return groups.get(0);
  }

  /** The effects of one kind of group. */
  public List<GroupEffects> groups(String kind) {
    return groups.stream().filter(group -> group.kind().equals(kind)).toList();
  }

  /** The check of a name, if it was among them. */
  public Optional<SanityCheck> check(String name) {
    return checks.stream().filter(check -> check.name().equals(name)).findFirst();
  }

  /** The report for the change issue, in Markdown. */
  public String toMarkdown() {
    return MarkdownReport.of(this);
  }

  /** The report as one page with plots, which loads nothing. */
  public String toHtml() {
    return HtmlReport.of(this);
  }

  /** The report for programs; its schema is the resource {@code report.schema.json} beside it. */
  public String toJson() {
    return JsonReport.of(this);
  }
}
