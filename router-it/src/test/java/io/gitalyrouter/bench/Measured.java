package io.gitalyrouter.bench;

import java.util.ArrayList;
import java.util.List;

/** All that one run measured. <em>Not thread-safe; confined to the thread that measures.</em> */
final class Measured {
  final List<Parts> parts = new ArrayList<>();
  final List<WrapperRounds.Cost> costs = new ArrayList<>();
  final List<MacroRounds.Result> macro = new ArrayList<>();
  final List<Failover.Outcome> failovers = new ArrayList<>();
  final List<IdleCost> idle = new ArrayList<>();
  final List<SwapCost.Swap> swaps = new ArrayList<>();
  final List<ReplayHeap> replays = new ArrayList<>();
  String machine = "";
  String conditions = "";
}
