package io.gitalyrouter.bench;

import io.gitalyrouter.etcd.EtcdFleet;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** All that one run measured. <em>Not thread-safe; confined to the thread that measures.</em> */
final class Measured {
  final List<Parts> parts = new ArrayList<>();
  final List<WrapperRounds.Cost> costs = new ArrayList<>();
  final List<MacroRounds.Result> macro = new ArrayList<>();
  final List<Failover.Outcome> failovers = new ArrayList<>();
  final List<IdleCost> idle = new ArrayList<>();
  final List<SwapCost.Swap> swaps = new ArrayList<>();
  final List<ReplayHeap> replays = new ArrayList<>();
  final Map<NoopRouter.Way, List<AllocationProfile>> allocations =
      new EnumMap<>(NoopRouter.Way.class);
  final List<GitWorkload.Result> git = new ArrayList<>();
  final List<RouterFleet> fleets = new ArrayList<>();
  final List<EtcdFleet> etcd = new ArrayList<>();

  /** What could not be measured, and why. */
  final List<String> problems = new ArrayList<>();

  String machine = "";
  String conditions = "";
}
