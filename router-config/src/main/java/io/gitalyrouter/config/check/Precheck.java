package io.gitalyrouter.config.check;

import io.gitalyrouter.route.Endpoint;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.route.StorageRoutes;
import io.gitalyrouter.time.Ticker;
import io.gitalyrouter.transport.ChannelSource;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks everything that must hold before a role sends calls to the network side, on both routes of
 * every storage at once, from this process. Each question has a deadline, and so has each storage.
 * <em>Thread-safe.</em>
 */
public final class Precheck {
  /** More than the questions of one stage need, one after the other. */
  private static final int QUESTIONS_OF_A_STAGE = 10;

  private final ChannelSource channels;
  private final Clock clock;
  private final ChangeLock lock;

  /**
   * A precheck.
   *
   * @param channels makes the connections; whoever made it closes it
   * @param clock dates the tokens, and judges certificates
   * @param lock whether somebody else changes the configuration
   */
  public Precheck(ChannelSource channels, Clock clock, ChangeLock lock) {
    this.channels = channels;
    this.clock = clock;
    this.lock = lock;
  }

  /** Asks it all. Blocks until every answer is there, or its deadline has passed. */
  public PrecheckReport run(PrecheckPlan plan) {
    if (plan.storages().isEmpty()) {
      return new PrecheckReport(FleetChecks.nothingToCheck());
    }
    ExecutorService threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "gitaly-router-precheck");
              // A name service that never answers must not keep the process.
              thread.setDaemon(true);
              return thread;
            });
    try {
      return new Run(plan, threads).report();
    } finally {
      threads.shutdownNow();
    }
  }

  /** The tasks of one storage. */
  private record Asked(
      StorageRoutes routes,
      Future<RouteFacts> local,
      Optional<Future<RouteFacts>> network,
      Future<CheckResult> refs) {}

  /** One run. <em>Confined to the calling thread, but for the tasks' own questions.</em> */
  private final class Run {
    private final PrecheckPlan plan;
    private final ExecutorService threads;
    private final Duration stage;
    private final long endNanos;

    Run(PrecheckPlan plan, ExecutorService threads) {
      this.plan = plan;
      this.threads = threads;
      this.stage = plan.timeout().multipliedBy(QUESTIONS_OF_A_STAGE);
      this.endNanos = Ticker.system().nanos() + stage.toNanos();
    }

    PrecheckReport report() {
      List<Asked> asked = plan.storages().stream().map(this::ask).toList();
      Future<List<CheckResult>> watched = threads.submit(this::prometheus);
      Future<CheckResult> alone = threads.submit(() -> FleetChecks.noOtherChange(lock));
      List<CheckResult> results = new ArrayList<>();
      Map<String, RouteFacts> networks = new LinkedHashMap<>();
      for (Asked storage : asked) {
        collect(storage, results, networks);
      }
      results.add(FleetChecks.oneVersion(networks));
      results.addAll(
          await(
              watched,
              List.of(CheckResult.notMade("prometheus", PrometheusChecks.METRICS, overdue()))));
      results.add(
          await(alone, CheckResult.notMade(FleetChecks.SUBJECT, FleetChecks.LOCK, overdue())));
      return new PrecheckReport(results);
    }

    private Asked ask(StorageRoutes routes) {
      String storage = routes.storage();
      return new Asked(
          routes,
          survey(storage, Route.LOCAL, routes.local()),
          routes.network().map(endpoint -> survey(storage, Route.NETWORK, endpoint)),
          threads.submit(() -> refs(routes)));
    }

    private void collect(Asked asked, List<CheckResult> results, Map<String, RouteFacts> networks) {
      StorageRoutes routes = asked.routes();
      String storage = routes.storage();
      RouteFacts here = facts(storage, Route.LOCAL, routes.local(), asked.local());
      results.addAll(here.results());
      if (routes.network().isEmpty() || asked.network().isEmpty()) {
        results.add(withoutNetwork(storage));
        return;
      }
      RouteFacts there =
          facts(storage, Route.NETWORK, routes.network().get(), asked.network().get());
      networks.put(storage, there);
      results.addAll(there.results());
      results.addAll(PairChecks.run(storage, here, there));
      results.add(await(asked.refs(), CheckResult.notMade(storage, RefsCheck.NAME, overdue())));
    }

    private Future<RouteFacts> survey(String storage, Route route, Endpoint endpoint) {
      RouteSurvey survey = new RouteSurvey(plan, storage, route, endpoint, clock);
      AddressCheck address = new AddressCheck(threads, plan.timeout());
      return threads.submit(() -> survey.run(address, channels));
    }

    private CheckResult refs(StorageRoutes routes) {
      String path = plan.probeRepositories().get(routes.storage());
      if (path == null || routes.network().isEmpty()) {
        return RefsCheck.notAsked(routes.storage());
      }
      return new RefsCheck(channels, clock, plan.timeout())
          .run(routes.storage(), path, routes.local(), routes.network().get());
    }

    private List<CheckResult> prometheus() {
      if (plan.prometheus().isEmpty()) {
        return List.of(PrometheusChecks.notAsked());
      }
      TreeSet<String> servers = new TreeSet<>();
      plan.storages().forEach(s -> s.network().map(AddressCheck::host).ifPresent(servers::add));
      Prometheus prometheus = new Prometheus(plan.prometheus().get(), plan.timeout());
      return new PrometheusChecks(prometheus).run(plan.hosts(), servers);
    }

    private CheckResult withoutNetwork(String storage) {
      return CheckResult.fail(
          storage,
          "network endpoint",
          "the storage has none",
          "give it one in the document, or leave the storage out");
    }

    private RouteFacts facts(
        String storage, Route route, Endpoint endpoint, Future<RouteFacts> asked) {
      String subject = RouteSurvey.subject(storage, route);
      List<CheckResult> unmade =
          RouteSurvey.names(endpoint).stream()
              .map(name -> CheckResult.notMade(subject, name, overdue()))
              .toList();
      return await(asked, new RouteFacts(unmade, Optional.empty()));
    }

    private String overdue() {
      return "no result within " + stage.toSeconds() + " s";
    }

    /** All tasks began together, and have one end. */
    private <T> T await(Future<T> asked, T overdue) {
      try {
        return asked.get(Math.max(0, endNanos - Ticker.system().nanos()), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        asked.cancel(/* mayInterruptIfRunning= */ true);
        return overdue;
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return overdue;
      }
    }
  }
}
