package io.gitalyrouter.docker;

import io.gitalyrouter.docker.Packets.Harm;
import java.util.List;

/** Faults of a server's process, which the engine makes. */
final class ProcessFaults {
  private ProcessFaults() {}

  static List<Fault> all() {
    return List.of(
        Fault.of("killed", "`docker kill`, then `docker start`", ProcessFaults::killed),
        Fault.of(
            "stopped with drain",
            "`docker stop` (SIGTERM), then `docker start`",
            s -> {
              s.network().stop();
              s.left();
              s.network().start();
            }),
        Fault.of("restarted", "`docker stop` and `docker start` at once", s -> s.mend()),
        Fault.of(
            "restarted three times",
            "the same, while the router comes back",
            s -> {
              for (int i = 0; i < 3; i++) {
                s.mend();
                s.traffic().calls(50);
              }
            }),
        Fault.of(
            "frozen",
            "`docker pause`: the socket is open, nobody answers",
            s -> {
              s.network().pause();
              try {
                s.left();
              } finally {
                s.network().unpause();
              }
            }),
        Fault.of(
            "frozen and killed",
            "`docker pause`, then `docker kill`",
            s -> {
              s.network().pause();
              s.left();
              s.network().unpause();
              killed(s);
            }),
        Fault.of(
                "accepts and never speaks",
                "`docker pause` and a reset: the kernel accepts the next connection",
                ProcessFaults::silent)
            .needing(Fault.Need.PACKETS),
        Fault.of(
                "end of the connection lost",
                "killed while its packets are dropped, then started: no FIN, no RST is seen",
                ProcessFaults::halfOpen)
            .needing(Fault.Need.PACKETS));
  }

  private static void killed(FaultStage stage) throws Exception {
    stage.network().kill();
    stage.left();
    stage.network().start();
  }

  private static void silent(FaultStage stage) {
    stage.network().pause();
    try {
      stage.packets().reset().during(stage::lost);
      // The next attempt finds a kernel that accepts, and a process that does not speak.
      stage.accepted();
    } finally {
      stage.network().unpause();
    }
  }

  private static void halfOpen(FaultStage stage) throws Exception {
    // The rule is never taken back: it ends with the network of the dead container.
    Harm unused = stage.packets().dropAnswers();
    stage.network().kill();
    stage.left();
    stage.network().start();
  }
}
