package io.gitalyrouter.docker;

import static java.util.Objects.requireNonNull;

import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import io.gitalyrouter.history.RouterWatch;
import io.gitalyrouter.history.SampleStorage;
import io.gitalyrouter.history.Server;
import io.gitalyrouter.history.Traffic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * The network side's name gets another address. Names are the engine's own, so the router runs in a
 * container for it. <em>Not thread-safe; confined to the test.</em>
 */
final class NameFault {
  private static final long OBSERVED = 300;

  /** More than the callers can have counted while they wrote the number before. */
  private static final long SERVED_BEFORE = 100;

  /** A JVM keeps a name's addresses for 30 s, and so does grpc; here for one. */
  private static final List<String> NAMES_EXPIRE =
      List.of(
          "-Dsun.net.inetaddr.ttl=1",
          "-Dsun.net.inetaddr.negative.ttl=0",
          "-Dnetworkaddress.cache.ttl=1");

  private static final Duration BACK = Duration.ofSeconds(10);

  private final FaultStage stage;
  private final Path home;

  private NameFault(FaultStage stage) throws IOException {
    this.stage = stage;
    this.home = stage.cluster().shared("callers");
  }

  static void on(FaultStage stage) throws IOException {
    new NameFault(stage).strike();
  }

  private void strike() throws IOException {
    GitalyContainer network = stage.network();
    GitalyContainer twin = stage.cluster().server(Server.TWIN);
    network.join(Cluster.NAME);
    stage.back();
    try (GenericContainer<?> callers = callers()) {
      long own = stage.packets().connections();
      callers.start();
      RouterWatch.until(
          "callers by name",
          () -> {
            if (!callers.isRunning()) {
              throw new IllegalStateException("the callers ended: " + callers.getLogs());
            }
            return stage.packets().connections() > own && Files.exists(home.resolve("served"));
          });
      stage.traffic().calls(OBSERVED);
      twin.join(Cluster.NAME);
      network.kill();
      long from = System.nanoTime();
      Instant killed = Instant.now();
      RouterWatch.until("word from the callers", () -> toldServed().isAfter(killed));
      long before = served();
      RouterWatch.until(
          "calls at the name's other address", BACK, () -> served() > before + SERVED_BEFORE);
      long took = (System.nanoTime() - from) / 1_000_000;
      RouterWatch.until("more of them", () -> served() > before + SERVED_BEFORE + OBSERVED);
      Files.createFile(home.resolve("stop"));
      RouterWatch.until(
          "the verdict",
          () -> {
            boolean isRunning = callers.isRunning();
            boolean isThere = Files.exists(home.resolve("verdict"));
            if (!isRunning && !isThere) {
              throw new IllegalStateException("the callers ended: " + callers.getLogs());
            }
            return isThere;
          });
      stage.seen(Traffic.Verdict.fromLines(Files.readString(home.resolve("verdict"))), took);
    } finally {
      if (!network.isRunning()) {
        network.start();
      }
    }
  }

  /** When the callers last said how many. */
  private Instant toldServed() {
    try {
      return Files.getLastModifiedTime(home.resolve("served")).toInstant();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Calls that the network side has served, as the callers say. */
  private long served() {
    try {
      return Long.parseLong(Files.readString(home.resolve("served")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private GenericContainer<?> callers() throws IOException {
    Cluster cluster = stage.cluster();
    GitalyImage image = cluster.image().isStandIn() ? cluster.image() : GitalyImage.standIn();
    GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(image.name()));
    container
        .withLabels(Engine.label())
        .withCommand(arguments().toArray(String[]::new))
        .waitingFor(new NoWait())
        .withCreateContainerCmdModifier(
            create -> {
              HostConfig host =
                  requireNonNull(create.getHostConfig(), "the container's host settings");
              String root = cluster.root().toString();
              host.withBinds(
                  new Bind(root, new Volume(root)),
                  new Bind(cluster.share().disk().toString(), new Volume("/storage")));
              host.withNetworkMode(cluster.networkId());
              create.withUser(Engine.user(cluster.root()));
              create.withEntrypoint(image.java(CallersMain.class, NAMES_EXPIRE));
            });
    return container;
  }

  private List<String> arguments() throws IOException {
    Cluster cluster = stage.cluster();
    SampleStorage sample = cluster.sample();
    List<String> arguments = new ArrayList<>();
    arguments.add(home.toString());
    arguments.add(cluster.local().unixAddress());
    arguments.add("dns:" + Cluster.NAME + ":" + ServerOptions.TCP_PORT);
    arguments.add(cluster.token("secret").toString());
    arguments.add("/storage");
    arguments.add(Integer.toString(sample.repositories()));
    arguments.add(sample.commit());
    arguments.add(sample.parent());
    arguments.add("2000000000");
    List<Server> bookkeepers =
        cluster.image().isStandIn()
            ? List.of(Server.LOCAL, Server.NETWORK, Server.TWIN)
            : List.of();
    for (Server server : bookkeepers) {
      arguments.add(server + "=" + cluster.server(server).home());
    }
    return arguments;
  }
}
