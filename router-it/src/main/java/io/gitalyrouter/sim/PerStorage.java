package io.gitalyrouter.sim;

import io.grpc.Channel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A baseline for each storage. <em>Not thread-safe; confined to the simulation.</em> */
final class PerStorage implements Contender {
  private final Map<String, Baseline> baselines = new HashMap<>();

  PerStorage(World world, Function<World, Baseline> maker) {
    world.storages().forEach(storage -> baselines.put(storage, maker.apply(world)));
  }

  @Override
  public Channel channel(String storage) {
    Baseline baseline = baselines.get(storage);
    if (baseline == null) {
      throw new IllegalArgumentException("no such storage: " + storage);
    }
    return baseline;
  }

  @Override
  public void role(boolean on) {
    baselines.values().forEach(baseline -> baseline.role(on));
  }

  @Override
  public long moved() {
    return 0;
  }

  @Override
  public List<String> timeline() {
    return List.of();
  }

  @Override
  public void close() {}
}
