package io.gitalyrouter.sim;

import io.gitalyrouter.GitalyRouter;
import io.gitalyrouter.RouterEnvironment;
import io.gitalyrouter.event.RouterEvent;
import io.gitalyrouter.route.Endpoint;
import io.gitalyrouter.route.RouteRule;
import io.gitalyrouter.route.RoutingTable;
import io.gitalyrouter.route.StorageRoutes;
import io.gitalyrouter.sim.time.VirtualExecutor;
import io.gitalyrouter.transport.ChannelSource;
import io.gitalyrouter.transport.FollowedFiles;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * This project's router with its default settings, in a simulated world. <em>Not thread-safe;
 * confined to the thread that runs the simulation.</em>
 */
final class RealRouter implements Contender {
  private static final Endpoint LOCAL = Endpoint.parse("unix:/sim/local.sock");
  private static final Endpoint NETWORK = Endpoint.parse("tcp://network.sim:9999");
  private static final RouteRule ON =
      RouteRule.network("network-gitaly", 100, RouteRule.BucketUnit.RPC);

  private final World world;
  private final GitalyRouter router;
  private final List<String> timeline = new ArrayList<>();
  private long moved;

  RealRouter(World world) {
    this.world = world;
    this.router =
        GitalyRouter.builder()
            .environment(
                new RouterEnvironment(
                    world.time(),
                    world.time().asClock(),
                    world.chance("router"),
                    new VirtualExecutor(world.time()),
                    new VirtualExecutor(world.time()),
                    new Channels(world)))
            .closeGrace(Duration.ZERO)
            .listener(this::hear)
            .build(table(ON));
  }

  private void hear(RouterEvent event) {
    if (event instanceof RouterEvent.CallMoved) {
      moved++;
    } else if (event instanceof RouterEvent.BreakerChanged change) {
      note("breaker of " + change.storage(), change.from(), change.to(), "");
    } else if (event instanceof RouterEvent.EndpointChanged change) {
      note(change.address(), change.from().name(), change.to().name(), ": " + change.why());
    } else if (event instanceof RouterEvent.TableApplied applied) {
      timeline.add(now() + "table " + applied.generation() + " is in force");
    }
  }

  private void note(String what, String from, String to, String why) {
    timeline.add(now() + what + " " + from + " -> " + to + why);
  }

  private String now() {
    return String.format(Locale.ROOT, "%7.3f  ", world.time().nanos() / 1e9);
  }

  private RoutingTable table(RouteRule rule) {
    return RoutingTable.of(
        "the simulation",
        world.storages().stream()
            .map(name -> new StorageRoutes(name, LOCAL, Optional.of(NETWORK), rule))
            .toList());
  }

  @Override
  public Channel channel(String storage) {
    return router.channel(storage);
  }

  @Override
  public void role(boolean on) {
    router.apply(table(on ? ON : RouteRule.off()));
  }

  @Override
  public long moved() {
    return moved;
  }

  @Override
  public List<String> timeline() {
    return List.copyOf(timeline);
  }

  @Override
  public void close() {
    router.close();
  }

  /** Leads each endpoint to its server. */
  private record Channels(World world) implements ChannelSource {
    @Override
    public ManagedChannel open(Endpoint endpoint, FollowedFiles files) {
      return endpoint.equals(LOCAL) ? world.openLocal() : world.openNetwork();
    }

    @Override
    public void close() {}
  }
}
