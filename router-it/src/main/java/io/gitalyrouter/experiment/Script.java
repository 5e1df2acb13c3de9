package io.gitalyrouter.experiment;

import io.gitalyrouter.experiment.Evidence.CloneResult;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.worker.proto.ReadStatusResponse;
import io.gitalyrouter.worker.proto.SetPhaseRequest;
import io.gitalyrouter.worker.proto.StartLoadRequest;
import io.gitalyrouter.worker.proto.StopLoadRequest;
import io.gitalyrouter.worker.proto.StopLoadResponse;
import io.grpc.Status;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The change itself, step by step: what operators do, what goes wrong, and what is written down for
 * the verdict. <em>Not thread-safe; confined to the main thread.</em>
 */
final class Script {
  private static final int MAX_IN_FLIGHT = 512;
  private static final int DEADLINE_MILLIS = 10_000;
  // Shorter than a freeze may last: some mutations must end without their caller knowing how.
  private static final int MUTATION_DEADLINE_MILLIS = 4_000;
  private static final long SEED = 20170526;
  // After a thaw the server works off what it had queued; only more than that is new traffic.
  private static final long CALLS_THAT_SHOW_RECOVERY = 20;

  private final Rig rig;
  private final Plan plan;
  private final Watcher watcher;
  private final Screen screen;
  private final Timeline timeline;
  private final Optional<Sabotage> sabotage;
  private final Map<String, Long> pids = new HashMap<>();
  private Optional<ServerCounters> dark = Optional.empty();
  private Optional<ServerCounters> drained = Optional.empty();
  private Optional<ServerCounters> end = Optional.empty();
  private Optional<CloneResult> clone = Optional.empty();
  private Optional<Compared> compared = Optional.empty();
  private long inFlightAfterDrain;

  Script(
      Rig rig,
      Plan plan,
      Watcher watcher,
      Screen screen,
      Timeline timeline,
      Optional<Sabotage> sabotage) {
    this.rig = rig;
    this.plan = plan;
    this.watcher = watcher;
    this.screen = screen;
    this.timeline = timeline;
    this.sabotage = sabotage;
    Hosts.ALL.forEach(host -> pids.put(host, rig.worker(host).pid()));
  }

  /** When both sides were timed; empty before that. */
  Optional<Compared> compared() {
    return compared;
  }

  /** Goes through all phases. */
  Evidence run() throws IOException, InterruptedException {
    dark();
    role();
    observe();
    compare();
    kill();
    freeze();
    rollback();
    postcheck();
    return gather();
  }

  private void dark() throws InterruptedException {
    begin(Phase.DARK);
    Hosts.ALL.forEach(this::startLoad);
    // The first calls wait for classes to load; a dark phase without calls would prove nothing.
    watcher.until(
        "both hosts' calls are answered",
        () -> Hosts.ALL.stream().allMatch(host -> watcher.stats(host).getCountsCount() > 0));
    if (isPlanted(Sabotage.DARK_TRAFFIC)) {
      DirectCalls.make(rig, Phase.DARK, 3);
    }
    watcher.watch(plan.dark());
    dark = Optional.of(rig.networkCounters());
  }

  private void role() throws IOException, InterruptedException {
    begin(Phase.ROLE);
    rig.config().giveRole(Hosts.ALL, List.of(Hosts.CANARY));
    note("edited the configuration: " + Hosts.CANARY + " has role " + ConfigFile.ROLE);
    watcher.until("git01 uses the network server", this::canaryUsesNetwork);
    note("git01 uses the network server");
    // A phase without calls would say nothing.
    watcher.watch(plan.of(Phase.ROLE));
  }

  private void observe() throws IOException, InterruptedException {
    begin(Phase.OBSERVE);
    if (isPlanted(Sabotage.ROLE_TOO_WIDE)) {
      rig.config().giveRole(Hosts.ALL, Hosts.ALL);
    }
    CompletableFuture<CloneResult> cloning = CompletableFuture.supplyAsync(this::cloneNow);
    watcher.watch(plan.observe().dividedBy(2));
    if (isPlanted(Sabotage.ROLE_LOST)) {
      rig.config().giveRole(Hosts.ALL, List.of());
    }
    watcher.watch(plan.observe().dividedBy(2));
    watcher.until("the clone has ended", cloning::isDone);
    try {
      clone = Optional.of(cloning.join());
    } catch (CompletionException e) {
      // No clone is a check without data, and that is a violated one.
      note("git clone failed: " + e.getCause());
    }
    if (isPlanted(Sabotage.ROLE_TOO_WIDE) || isPlanted(Sabotage.ROLE_LOST)) {
      rig.config().giveRole(Hosts.ALL, List.of(Hosts.CANARY));
      watcher.until("git01 uses the network server again", this::canaryUsesNetwork);
    }
  }

  private void compare() throws IOException, InterruptedException {
    begin(Phase.COMPARE);
    share(50);
    Instant from = now();
    watcher.watch(plan.compare());
    compared = Optional.of(new Compared(from, now()));
    share(100);
  }

  /** The present moment as the logs spell it. */
  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }

  private void share(int percent) throws IOException, InterruptedException {
    long before = watcher.status(Hosts.CANARY).getGeneration();
    rig.config().giveRole(Hosts.ALL, List.of(Hosts.CANARY), percent);
    note("edited the configuration: role " + ConfigFile.ROLE + " is for " + percent + " %");
    watcher.until(
        "git01 draws its calls anew",
        () -> watcher.status(Hosts.CANARY).getGeneration() > before && canaryUsesNetwork());
  }

  private CloneResult cloneNow() {
    try {
      return CloneTrial.run(
          rig.worker(Hosts.CANARY).gitUrl(Rig.REPOSITORY),
          rig.repository(),
          rig.directory().resolve("clone.git"));
    } catch (IOException e) {
      throw new ExperimentFailure(String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ExperimentFailure("interrupted", e);
    }
  }

  private void kill() throws IOException, InterruptedException {
    begin(Phase.KILL);
    untilThereIsSomethingToLose();
    rig.network().kill();
    note("killed the network server (SIGKILL)");
    watcher.networkServer("DOWN");
    if (isPlanted(Sabotage.FAILED_READ)) {
      failReads();
    }
    watcher.watch(plan.sick());
    rig.network().restart();
    note("started the network server again");
    rig.local().control().clearFaults();
    awaitRecovery();
  }

  private void failReads() {
    long unused =
        rig.local()
            .control()
            .answer("gitaly.RefService/RefExists", Status.INTERNAL.withDescription("sabotage"));
  }

  private void freeze() throws IOException, InterruptedException {
    begin(Phase.FREEZE);
    untilThereIsSomethingToLose();
    rig.network().freeze();
    note("froze the network server (SIGSTOP)");
    watcher.networkServer("FROZEN");
    try {
      watcher.watch(plan.sick());
    } finally {
      rig.network().thaw();
    }
    note("let the network server go on (SIGCONT)");
    awaitRecovery();
  }

  /** A fault of a server that nobody uses would show nothing: its breaker may still be open. */
  private void untilThereIsSomethingToLose() throws InterruptedException {
    watcher.watch(plan.healthy());
    long before = rig.networkCounters().storageCalls();
    watcher.until(
        "git01 uses the network server, so that its loss matters",
        () ->
            canaryUsesNetwork()
                && rig.networkCounters().storageCalls() > before + CALLS_THAT_SHOW_RECOVERY);
  }

  private void awaitRecovery() throws InterruptedException {
    watcher.networkServer("");
    long before = rig.networkCounters().storageCalls();
    watcher.until(
        "git01 uses the network server again",
        () ->
            canaryUsesNetwork()
                && rig.networkCounters().storageCalls() > before + CALLS_THAT_SHOW_RECOVERY);
    note("git01 uses the network server again");
    watcher.watch(plan.recovery());
  }

  private void rollback() throws IOException, InterruptedException {
    begin(Phase.ROLLBACK);
    long before = watcher.status(Hosts.CANARY).getGeneration();
    rig.config().giveRole(Hosts.ALL, List.of());
    note("edited the configuration: nobody has role " + ConfigFile.ROLE);
    watcher.until(
        "git01 has left the network server",
        () -> {
          ReadStatusResponse status = watcher.status(Hosts.CANARY);
          return status.getGeneration() > before
              && status.getStoragesList().stream().allMatch(s -> s.getRole().isEmpty())
              && status.getNetworkInFlight() == 0;
        });
    note("git01 has no call left on the network server");
    watcher.watch(plan.rollback());
    inFlightAfterDrain = watcher.status(Hosts.CANARY).getNetworkInFlight();
    drained = Optional.of(rig.networkCounters());
  }

  private void postcheck() throws InterruptedException {
    begin(Phase.POSTCHECK);
    if (isPlanted(Sabotage.LEAK_AFTER_ROLLBACK)) {
      DirectCalls.make(rig, Phase.POSTCHECK, 3);
    }
    watcher.watch(plan.postcheck());
    end = Optional.of(rig.networkCounters());
  }

  private Evidence gather() throws IOException, InterruptedException {
    screen.line("stopping the load, reading the books");
    Map<String, Long> shed = new HashMap<>();
    List<ClientCall> calls = new ArrayList<>();
    for (String host : Hosts.ALL) {
      StopLoadResponse stopped =
          rig.worker(host).control().stopLoad(StopLoadRequest.getDefaultInstance());
      shed.put(host, stopped.getShed());
      calls.addAll(Books.client(rig.worker(host).launch().callJournal()));
      timeline.addAll(Books.events(rig.worker(host).launch().eventJournal()));
    }
    if (isPlanted(Sabotage.LOST_WRITE)) {
      loseOne(calls);
    }
    List<ServerEntry> served = new ArrayList<>();
    served.addAll(Books.server(rig.local().calls(), Route.LOCAL));
    served.addAll(Books.server(rig.network().calls(), Route.NETWORK));
    List<ServerEntry> executions = new ArrayList<>();
    executions.addAll(Books.server(rig.local().executions(), Route.LOCAL));
    executions.addAll(Books.server(rig.network().executions(), Route.NETWORK));
    return new Evidence(
        calls,
        served,
        executions,
        Git.refs(rig.repository()),
        dark,
        drained,
        end,
        restarts(),
        inFlightAfterDrain,
        clone,
        shed);
  }

  private long restarts() {
    return Hosts.ALL.stream()
        .filter(
            host -> {
              @Nullable Long pid = pids.get(host);
              return pid == null || pid != rig.worker(host).pid() || !rig.worker(host).isAlive();
            })
        .count();
  }

  private void loseOne(List<ClientCall> calls) throws IOException, InterruptedException {
    Optional<String> ref =
        calls.stream()
            .filter(ClientCall::isAcknowledged)
            .flatMap(call -> call.change().stream())
            .map(ClientCall.Change::ref)
            .findFirst();
    if (ref.isPresent()) {
      Git.run(rig.repository(), "update-ref", "-d", ref.get());
    }
  }

  private boolean canaryUsesNetwork() {
    ReadStatusResponse status = watcher.status(Hosts.CANARY);
    return status.getStoragesList().stream()
            .allMatch(s -> s.getNetworkState().equals("READY") && !s.getBreaker().equals("OPEN"))
        && rig.networkCounters().storageCalls() > 0;
  }

  private void begin(Phase phase) {
    watcher.begin(phase);
    for (String host : Hosts.ALL) {
      var unused =
          rig.worker(host)
              .control()
              .setPhase(SetPhaseRequest.newBuilder().setPhase(phase.label()).build());
    }
    note("phase " + phase.label() + ": " + phase.meaning());
  }

  private void startLoad(String host) {
    SourceRepository source = rig.source();
    var unused =
        rig.worker(host)
            .control()
            .startLoad(
                StartLoadRequest.newBuilder()
                    .setRelativePath(Rig.REPOSITORY)
                    .setCallsPerSecond(plan.callsPerSecond())
                    .setMaxInFlight(MAX_IN_FLIGHT)
                    .addAllCommits(source.commits())
                    .addAllBlobs(source.blobs())
                    .setDefaultBranch(source.defaultBranch())
                    .setDeadlineMillis(DEADLINE_MILLIS)
                    .setMutationDeadlineMillis(MUTATION_DEADLINE_MILLIS)
                    .setSeed(SEED)
                    .build());
  }

  private boolean isPlanted(Sabotage which) {
    return sabotage.equals(Optional.of(which));
  }

  private void note(String what) {
    timeline.add(what);
    screen.line(what);
  }
}
