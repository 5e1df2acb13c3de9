package io.gitalyrouter.docker;

import io.gitalyrouter.docker.Fault.Need;
import io.gitalyrouter.docker.Packets.Harm;
import java.util.List;
import java.util.function.Function;

/** Faults of the network between the router and a server that is well. */
final class PacketFaults {
  private PacketFaults() {}

  static List<Fault> all() {
    return List.of(
        Fault.of(
            "disconnected",
            "`docker network disconnect`, then `connect`: packets vanish",
            PacketFaults::disconnected),
        gone("packets dropped", "iptables `DROP`, both directions", Packets::drop),
        gone("answers dropped", "iptables `DROP`, answers only", Packets::dropAnswers),
        gone("rejected", "iptables `REJECT`, port unreachable", Packets::reject),
        gone("reset", "iptables `REJECT` with TCP reset", Packets::reset),
        sick("packet loss", "iptables loses 5 % of the packets each way", p -> p.lose(0.05)),
        sick("thin line", "tc `tbf`: answers at 256 kbit/s", packets -> packets.thin(256)),
        sick("delay", "tc `netem`: 150 ms, give or take 50", p -> p.netem("delay", "150ms", "50ms"))
            .needing(Need.PACKETS, Need.NETEM),
        sick(
                "reordering",
                "tc `netem`: a quarter of the packets overtakes the others by 20 ms",
                p -> p.netem("delay", "20ms", "reorder", "25%", "50%"))
            .needing(Need.PACKETS, Need.NETEM));
  }

  private static void disconnected(FaultStage stage) {
    stage.network().disconnect();
    try {
      stage.left();
    } finally {
      stage.network().connect();
    }
  }

  /** One that makes the network side unusable. */
  private static Fault gone(String name, String how, Function<Packets, Harm> harm) {
    return Fault.of(name, how, stage -> harm.apply(stage.packets()).during(stage::left))
        .needing(Need.PACKETS);
  }

  /** One that the network side works under. */
  private static Fault sick(String name, String how, Function<Packets, Harm> harm) {
    return Fault.of(name, how, stage -> harm.apply(stage.packets()).during(stage::enough))
        .needing(Need.PACKETS);
  }
}
