package io.gitalyrouter.config;

import io.gitalyrouter.config.source.LastGoodFile;
import io.gitalyrouter.config.source.SourceContent;
import io.gitalyrouter.route.RoutingTable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The version in force, and what replaces it: a newer good version, or, while the source is silent
 * for too long, what the roles say for that case. <em>Not thread-safe; confined to one thread at a
 * time by its follower, except for {@link #status}.</em>
 */
final class InForce {
  private static final Logger log = LoggerFactory.getLogger(InForce.class);

  private final String host;
  private final Consumer<RoutingTable> target;
  private final ConfigListener listener;
  private final Optional<LastGoodFile> lastGood;
  private final SourceAge age;

  /** When the version in force took effect. */
  private final SourceAge applied;

  private HostPlan plan;

  /** The table that the target took last: of {@link #plan}, or what the plan says when silent. */
  private RoutingTable table;

  /** Written after each change, read by anyone; may be one version behind. Its age is unset. */
  private volatile ConfigStatus status;

  /** Hands the first table to the target; if that throws, so does this. */
  InForce(FollowerStart start, FollowOptions options, Consumer<RoutingTable> target) {
    this.host = start.host();
    this.target = target;
    this.listener = options.listener();
    this.lastGood = options.lastGood().map(LastGoodFile::at);
    this.age = new SourceAge(options.ticker());
    this.applied = new SourceAge(options.ticker());
    this.plan = start.plan();
    this.table = start.answered() ? plan.table() : plan.whenSilent().table();
    this.status = statusOf(plan, 1).withProblems(start.problems());
    target.accept(table);
    applied.heard();
    if (start.answered()) {
      age.heard();
    }
  }

  /** Tells of the first version. */
  void announceStart() {
    if (status.isCurrent()) {
      keep(plan.content());
    } else {
      tell(new ConfigEvent.Refused(status.problems()));
    }
    announce();
    checkAge();
  }

  /** The configuration at this moment; for any thread. */
  ConfigStatus status() {
    return status.withTimes(applied.age().orElse(Duration.ZERO), age.age());
  }

  /** The source holds this. */
  void consider(SourceContent content) {
    age.heard();
    if (content.equals(plan.content())) {
      if (isConfirmed()) {
        recovered();
      }
      return;
    }
    HostPlan next;
    try {
      next = HostPlan.of(content, host);
      put(next.table());
    } catch (InvalidConfigException e) {
      refuse(e.problems());
      return;
    } catch (RuntimeException e) {
      refuse(notApplied(content, e));
      return;
    }
    boolean silentBefore = status.isStale();
    plan = next;
    applied.heard();
    status = statusOf(next, status.generation() + 1);
    keep(content);
    if (silentBefore) {
      tellConfirmed();
    }
    announce();
  }

  /** The source answered, but what it holds cannot be used. */
  void refuse(List<ConfigProblem> problems) {
    age.heard();
    if (isConfirmed()) {
      complain(problems);
    }
  }

  /** The source was asked and did not answer. */
  void silent(List<ConfigProblem> problems) {
    complain(problems);
    checkAge();
  }

  /** Does what the version says for a silent source, once it is silent for too long. */
  void checkAge() {
    WhenSilent whenSilent = plan.whenSilent();
    if (status.isStale() || !age.exceeds(whenSilent.after())) {
      return;
    }
    try {
      put(whenSilent.table());
    } catch (RuntimeException e) {
      complain(notApplied(plan.content(), e));
      return;
    }
    status = status.withStale(/* stale= */ true);
    log.warn(
        "config stale host={} age={} limit={} local_roles={}",
        host,
        age.age().map(Object::toString).orElse("never heard"),
        whenSilent.after(),
        whenSilent.localRoles());
    tell(new ConfigEvent.Stale(age.age(), whenSilent.after(), whenSilent.localRoles()));
  }

  /** Undoes the staleness, if there is any; false if the table before was not taken. */
  private boolean isConfirmed() {
    if (!status.isStale()) {
      return true;
    }
    try {
      put(plan.table());
    } catch (RuntimeException e) {
      complain(notApplied(plan.content(), e));
      return false;
    }
    status = status.withStale(/* stale= */ false);
    tellConfirmed();
    return true;
  }

  private void tellConfirmed() {
    log.info("config confirmed host={} origin={}", host, plan.content());
    tell(new ConfigEvent.Confirmed(plan.content().origin(), plan.whenSilent().localRoles()));
  }

  /** Where a table was read does not matter to the router, unless something else is new too. */
  private void put(RoutingTable next) {
    if (!next.meansTheSameAs(table)) {
      target.accept(next);
      table = next;
    }
  }

  private void recovered() {
    if (status.isCurrent()) {
      return;
    }
    status = status.withProblems(List.of());
    SourceContent content = plan.content();
    log.info("config recovered host={} origin={}", host, content);
    tell(new ConfigEvent.Recovered(content.origin(), content.hash()));
  }

  private void complain(List<ConfigProblem> problems) {
    if (problems.equals(status.problems())) {
      return;
    }
    status = status.withProblems(problems);
    log.warn(
        "config refused host={} in_force={} reason={}",
        host,
        plan.content(),
        InvalidConfigException.message(problems));
    tell(new ConfigEvent.Refused(problems));
  }

  private static List<ConfigProblem> notApplied(SourceContent content, RuntimeException e) {
    log.debug("config target threw", e);
    ConfigOrigin origin = ConfigOrigin.of(content.origin());
    return List.of(new ConfigProblem(origin, "", "could not be applied: " + e));
  }

  private void announce() {
    ConfigStatus now = status;
    log.info(
        "config applied host={} generation={} origin={}", host, now.generation(), plan.content());
    now.warnings().forEach(warning -> log.warn("config warning host={} {}", host, warning));
    tell(new ConfigEvent.Applied(now.generation(), now.origin(), now.hash(), now.warnings()));
  }

  private void keep(SourceContent content) {
    if (lastGood.isEmpty()) {
      return;
    }
    try {
      lastGood.get().write(content);
    } catch (IOException e) {
      log.warn("config copy not kept host={} reason={}", host, e.getMessage());
    }
  }

  private void tell(ConfigEvent event) {
    try {
      listener.onConfigEvent(event);
    } catch (RuntimeException e) {
      log.warn("config listener threw host={} event={}", host, event, e);
    }
  }

  private ConfigStatus statusOf(HostPlan of, long generation) {
    SourceContent content = of.content();
    return ConfigStatus.of(host, generation, content, of.warnings());
  }
}
