package io.gitalyrouter.config;

import io.gitalyrouter.config.source.ConfigSource;
import io.gitalyrouter.config.source.LastGoodFile;
import io.gitalyrouter.config.source.SourceContent;
import io.gitalyrouter.route.RoutingTable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one host at the newest good version of a document. A version that cannot be used never
 * replaces one that can: it is logged once, told to the listener, and shown in the status, until
 * the source is good again. <em>Thread-safe.</em>
 */
public final class ConfigFollower implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ConfigFollower.class);

  private final String host;
  private final String sourceName;
  private final Consumer<RoutingTable> target;
  private final ConfigListener listener;
  private final Optional<LastGoodFile> lastGood;
  private final ConfigSource.Watch watch;

  /**
   * What is in force. Written by the thread that starts the follower, then by the source's one
   * thread; read by that thread only.
   */
  private HostPlan plan;

  /** Written with {@link #plan}, read by anyone; may be one version behind what is in force. */
  private volatile ConfigStatus status;

  private ConfigFollower(
      ConfigSource source, FollowerStart start, FollowOptions options, Consumer<RoutingTable> to) {
    this.host = start.host();
    this.sourceName = source.name();
    this.target = to;
    this.listener = options.listener();
    this.lastGood = options.lastGood().map(LastGoodFile::at);
    this.plan = start.plan();
    this.status = statusOf(plan, 1).withProblems(start.problems());
    if (!start.problems().isEmpty()) {
      tell(new ConfigEvent.Refused(start.problems()));
    } else {
      keep(plan.content());
    }
    announce();
    this.watch = source.watch(new Versions());
  }

  /** Follows a document with the default options. */
  public static ConfigFollower follow(
      ConfigSource source, String host, Consumer<RoutingTable> target) {
    return follow(source, host, FollowOptions.defaults(), target);
  }

  /**
   * Reads the document, hands its table to the target on this thread, and from then on hands over
   * every other table on the source's thread, one at a time.
   *
   * @param source where the document comes from; its watch is owned and ended by {@link #close}
   * @param host the name of this host in the document; a host that is not listed has no roles
   * @param options last good copy and listener
   * @param target takes a table; if it throws, the version counts as refused
   * @throws InvalidConfigException if there is neither a valid document nor a last good copy
   */
  public static ConfigFollower follow(
      ConfigSource source, String host, FollowOptions options, Consumer<RoutingTable> target) {
    FollowerStart start = FollowerStart.read(source, host, options);
    target.accept(start.plan().table());
    return new ConfigFollower(source, start, options, target);
  }

  /** The configuration at this moment. */
  public ConfigStatus status() {
    return status;
  }

  /** Stops to follow; the table in force stays. The target is not called again. */
  @Override
  public void close() {
    watch.close();
  }

  private void consider(SourceContent content) {
    boolean sameBytes = content.equals(plan.content());
    if (sameBytes) {
      recovered();
      return;
    }
    HostPlan next;
    try {
      next = HostPlan.of(content, host);
      if (!next.table().equals(plan.table())) {
        target.accept(next.table());
      }
    } catch (InvalidConfigException e) {
      refuse(e.problems());
      return;
    } catch (RuntimeException e) {
      log.debug("config target threw", e);
      ConfigOrigin origin = ConfigOrigin.of(content.origin());
      refuse(List.of(new ConfigProblem(origin, "", "could not be applied: " + e)));
      return;
    }
    plan = next;
    status = statusOf(next, status.generation() + 1);
    keep(content);
    announce();
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

  private void refuse(List<ConfigProblem> problems) {
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
    return new ConfigStatus(
        host, generation, content.origin(), content.hash(), of.warnings(), List.of());
  }

  /** What the source delivers. <em>Confined to the source's thread.</em> */
  private final class Versions implements ConfigSource.Listener {
    @Override
    public void onContent(SourceContent content) {
      consider(content);
    }

    @Override
    public void onFailure(IOException failure) {
      refuse(FollowerStart.unreadable(sourceName, failure));
    }
  }
}
