package io.gitalyrouter.config.admin;

import io.gitalyrouter.GitalyRouter;
import io.gitalyrouter.RouterStatus;
import io.gitalyrouter.RouterStatus.StorageStatus;
import io.gitalyrouter.config.ConfigProblem;
import io.gitalyrouter.config.ConfigStatus;
import io.gitalyrouter.config.ConfiguredRouter;
import io.gitalyrouter.config.admin.HostReport.ForcedBreaker;
import io.gitalyrouter.config.admin.HostReport.RouteState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Makes the reports of one process. Touches no endpoint. <em>Thread-safe.</em> */
final class Reporter {
  private static final String ROUTER_VERSION =
      Optional.ofNullable(GitalyRouter.class.getPackage().getImplementationVersion())
          .orElse("unknown");

  private final ConfiguredRouter configured;
  private final Clock clock;
  private final String process = Long.toString(ProcessHandle.current().pid());

  Reporter(ConfiguredRouter configured, Clock clock) {
    this.configured = configured;
    this.clock = clock;
  }

  /** The host's name in the document. */
  String host() {
    return configured.config().host();
  }

  /** The process id. */
  String process() {
    return process;
  }

  /** What it reports on. */
  GitalyRouter router() {
    return configured.router();
  }

  /** The time of day. */
  Instant now() {
    return clock.instant();
  }

  HostReport report() {
    ConfigStatus config = configured.config();
    RouterStatus router = configured.router().status();
    Instant now = clock.instant();
    return new HostReport(
        HostReport.VERSION,
        now,
        config.host(),
        process,
        ROUTER_VERSION,
        config(config, now),
        router.generation(),
        router.forces().stream()
            .map(force -> new HostReport.Force(force.by().label(), force.reason()))
            .toList(),
        router.storages().stream()
            .map(storage -> storage(storage, router.forcedLocal().isPresent()))
            .toList(),
        router.endpoints().stream().map(Reporter::endpoint).toList(),
        OpenSockets.toPortsOf(router.storages()));
  }

  private static HostReport.Config config(ConfigStatus config, Instant now) {
    return new HostReport.Config(
        config.fingerprint(),
        config.origin(),
        config.generation(),
        now.minus(config.inForceFor()),
        config.age().map(Reporter::seconds),
        config.isStale(),
        lines(config.problems()),
        lines(config.warnings()));
  }

  private static List<String> lines(List<ConfigProblem> problems) {
    return problems.stream().map(ConfigProblem::toString).toList();
  }

  private static HostReport.Storage storage(StorageStatus status, boolean forcedLocal) {
    return new HostReport.Storage(
        status.storage(),
        status.role(),
        status.percent(),
        status.local(),
        status.network(),
        status.networkState().name(),
        routeState(status, forcedLocal),
        status.obstacle(),
        status.breaker(),
        status.breakerFor().map(Reporter::seconds),
        status
            .forcedMode()
            .map(
                mode -> new ForcedBreaker(mode.mode().name(), seconds(mode.left()), mode.reason())),
        status.traffic().stream().map(Reporter::calls).toList());
  }

  private static HostReport.Calls calls(RouterStatus.RouteTraffic traffic) {
    return new HostReport.Calls(
        traffic.route().label(),
        traffic.started(),
        traffic.inFlight(),
        traffic.oldest().map(Reporter::seconds),
        traffic.methods().stream()
            .map(m -> new HostReport.MethodCalls(m.method(), m.started(), m.inFlight()))
            .toList());
  }

  private static RouteState routeState(StorageStatus status, boolean forcedLocal) {
    if (status.breaker().isEmpty()) {
      return RouteState.LOCAL;
    }
    if (forcedLocal) {
      return RouteState.FORCED_LOCAL;
    }
    return status.obstacle().isPresent() ? RouteState.BLOCKED : RouteState.NETWORK;
  }

  private static HostReport.EndpointState endpoint(RouterStatus.EndpointStatus status) {
    return new HostReport.EndpointState(
        status.address(),
        status.network(),
        status.state().name(),
        status.inFlight(),
        status.version(),
        status.fault());
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1e3;
  }
}
