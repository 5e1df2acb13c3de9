package io.gitalyrouter.standin;

import io.gitalyrouter.standin.door.CallInterceptor;
import io.gitalyrouter.standin.door.DelayedStart;
import io.gitalyrouter.standin.door.DisabledMethods;
import io.gitalyrouter.standin.door.FaultBoard;
import io.gitalyrouter.standin.door.FaultInterceptor;
import io.gitalyrouter.standin.door.TokenCheck;
import io.gitalyrouter.standin.door.TokenInterceptor;
import io.gitalyrouter.standin.journal.CallLog;
import io.gitalyrouter.standin.journal.Journal;
import io.gitalyrouter.standin.journal.Ledger;
import io.gitalyrouter.standin.rpc.BlobRpcs;
import io.gitalyrouter.standin.rpc.CommitRpcs;
import io.gitalyrouter.standin.rpc.Mutations;
import io.gitalyrouter.standin.rpc.OperationRpcs;
import io.gitalyrouter.standin.rpc.RefRpcs;
import io.gitalyrouter.standin.rpc.RepositoryRpcs;
import io.gitalyrouter.standin.rpc.ServerRpcs;
import io.gitalyrouter.standin.rpc.SmartHttpRpcs;
import io.gitalyrouter.standin.rpc.SshRpcs;
import io.gitalyrouter.standin.rpc.StreamWorkers;
import io.gitalyrouter.standin.storage.Storages;
import io.grpc.BindableService;
import io.grpc.ServerInterceptor;
import io.grpc.protobuf.services.HealthStatusManager;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * A running stand-in: its sockets, its services, its journals and its threads. *Thread-safe.*
 *
 * <p>It owns all of these, and {@link #stop} ends them.
 */
public final class StandInServer {
  private static final int CALL_THREADS = 16;
  private static final int STREAM_THREADS = 256;

  private final StandInSettings settings;
  private final Journal ledgerJournal;
  private final Journal callJournal;
  private final EventLoopGroup boss = eventLoops(1, "standin-accept");
  private final EventLoopGroup workers = eventLoops(2, "standin-io");
  private final ExecutorService callThreads =
      Executors.newFixedThreadPool(CALL_THREADS, threads("standin-call"));
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(threads("standin-timer"));
  private final StreamWorkers streamWorkers = new StreamWorkers(STREAM_THREADS);
  private final List<ServedSocket> sockets = new ArrayList<>();
  private final Optional<ServedSocket> control;
  private final CallMetrics metrics;

  private StandInServer(StandInSettings settings, InstantSource clock) throws IOException {
    this.settings = settings;
    ledgerJournal = Journal.open(settings.ledger());
    callJournal = Journal.open(settings.calls());
    CallLog calls = new CallLog(callJournal, clock);
    Ledger ledger = new Ledger(ledgerJournal, clock);
    FaultBoard faults = new FaultBoard();
    List<BindableService> services = services(ledger);
    metrics = new CallMetrics(calls, services, settings.serverVersion());
    List<ServerInterceptor> inner = inner(faults, clock);
    for (ListenAddress address : settings.listen()) {
      List<ServerInterceptor> all = new ArrayList<>();
      all.add(new CallInterceptor(calls, address.transport()));
      all.addAll(inner);
      sockets.add(new ServedSocket(address, plan(services, all)));
    }
    ControlRpcs controlRpcs = new ControlRpcs(calls, ledger, faults, List.copyOf(sockets));
    control =
        settings
            .controlSocket()
            .map(
                path ->
                    new ServedSocket(
                        ListenAddress.unix(path), plan(List.of(controlRpcs), List.of())));
  }

  /**
   * Starts a stand-in; it accepts calls when this returns.
   *
   * @throws IOException if a socket, a storage or a journal cannot be opened; nothing runs then
   */
  public static StandInServer start(StandInSettings settings, InstantSource clock)
      throws IOException {
    StandInServer server = new StandInServer(settings, clock);
    try {
      for (ServedSocket socket : server.sockets) {
        socket.open();
      }
      if (server.control.isPresent()) {
        server.control.get().open();
      }
      return server;
    } catch (IOException | RuntimeException e) {
      server.stop();
      throw e;
    }
  }

  /** Where it listens, with actual ports, in the order of the settings. */
  public List<ListenAddress> addresses() {
    return sockets.stream().map(ServedSocket::address).toList();
  }

  /** Its metrics page, in Prometheus' text form. */
  public String metrics() {
    return metrics.page();
  }

  /** Stops accepting at once, lets running calls end within the grace, and ends all threads. */
  public void stop() {
    try {
      sockets.forEach(ServedSocket::beginStop);
      for (ServedSocket socket : sockets) {
        socket.stop(settings.grace());
      }
      if (control.isPresent()) {
        control.get().stop(Duration.ZERO);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      callThreads.shutdownNow();
      timer.shutdownNow();
      streamWorkers.close();
      endEventLoops();
      closeJournals();
    }
  }

  private List<BindableService> services(Ledger ledger) throws IOException {
    Storages storages = Storages.open(settings.storages());
    Mutations mutations = new Mutations(ledger);
    return List.of(
        new HealthStatusManager().getHealthService(),
        new ServerRpcs(storages, settings.serverVersion()),
        new RepositoryRpcs(storages, mutations),
        new RefRpcs(storages, streamWorkers),
        new CommitRpcs(storages, streamWorkers),
        new BlobRpcs(storages, streamWorkers),
        new OperationRpcs(storages, mutations),
        new SmartHttpRpcs(storages, streamWorkers, mutations),
        new SshRpcs(storages, streamWorkers, mutations));
  }

  private List<ServerInterceptor> inner(FaultBoard faults, InstantSource clock) throws IOException {
    List<ServerInterceptor> inner = new ArrayList<>();
    inner.add(new DisabledMethods(faults));
    if (settings.tokenFile().isPresent()) {
      byte[] secret = secret(settings.tokenFile().get());
      inner.add(new TokenInterceptor(new TokenCheck(secret, clock), !settings.healthNeedsToken()));
    }
    inner.add(new FaultInterceptor(faults, new DelayedStart.Clockwork(timer, callThreads)));
    return inner;
  }

  private ServedSocket.Plan plan(
      List<? extends BindableService> services, List<ServerInterceptor> interceptors) {
    Optional<ServedSocket.Tls> tls =
        settings
            .certificate()
            .flatMap(
                cert ->
                    settings
                        .key()
                        .map(
                            key ->
                                new ServedSocket.Tls(
                                    cert.toFile(),
                                    key.toFile(),
                                    settings.clientCa().map(Path::toFile))));
    return new ServedSocket.Plan(
        List.copyOf(services),
        interceptors,
        callThreads,
        boss,
        workers,
        tls,
        settings.minKeepAlive());
  }

  private void endEventLoops() {
    for (EventLoopGroup group : List.of(boss, workers)) {
      group
          .shutdownGracefully(/* quietPeriod= */ 0, /* timeout= */ 1, TimeUnit.SECONDS)
          .awaitUninterruptibly();
    }
  }

  private void closeJournals() {
    try {
      ledgerJournal.close();
      callJournal.close();
    } catch (IOException e) {
      throw new UncheckedIOException("closing the journals", e);
    }
  }

  private static byte[] secret(Path file) throws IOException {
    return Files.readString(file).strip().getBytes(StandardCharsets.UTF_8);
  }

  private static EventLoopGroup eventLoops(int threads, String name) {
    return new MultiThreadIoEventLoopGroup(
        threads, new DefaultThreadFactory(name, /* daemon= */ true), EpollIoHandler.newFactory());
  }

  private static ThreadFactory threads(String name) {
    return new DefaultThreadFactory(name, /* daemon= */ true);
  }
}
