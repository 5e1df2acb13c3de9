package io.gitalyrouter.docker;

import java.util.ArrayList;
import java.util.List;

/**
 * Harm to the packets of one container, done inside its own network: nothing else on the machine
 * sees it, and it ends with the container at the latest. Needs root. <em>Not thread-safe; confined
 * to the test.</em>
 */
final class Packets {
  private final List<String> enter;

  private final String ip;

  private Packets(long pid, String ip) {
    this.enter = List.of("nsenter", "-t", Long.toString(pid), "-n");
    this.ip = ip;
  }

  /** The packets of a container that runs. */
  static Packets of(GitalyContainer container) {
    return new Packets(container.pid(), container.ip());
  }

  /** Harm that goes on until it is ended. */
  @FunctionalInterface
  interface Harm {
    /** Takes it back. */
    void end();

    /** Does something while it goes on, and takes it back in every case. */
    default void during(Runnable what) {
      try {
        what.run();
      } finally {
        end();
      }
    }
  }

  /** Whether this process may do this at all. */
  static boolean areInReach() {
    String self = Long.toString(ProcessHandle.current().pid());
    return Command.succeeds("nsenter", "-t", self, "-n", "iptables", "-w", "-L", "-n");
  }

  /** Whether the kernel knows delay, loss and reordering. */
  boolean knowNetem() {
    try {
      netem("delay", "1ms").end();
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  /** Connections that are open on the server's ports, whether or not its process knows of them. */
  long connections() {
    String filter =
        "( sport = :" + ServerOptions.TCP_PORT + " or sport = :" + ServerOptions.TLS_PORT + " )";
    return in("ss", "-Htn", "state", "established", filter).lines().count();
  }

  /** Nothing gets in or out, and nobody is told. */
  Harm drop() {
    Harm in = rule("INPUT", "-p", "tcp", "-j", "DROP");
    Harm out = rule("OUTPUT", "-p", "tcp", "-j", "DROP");
    return () -> {
      in.end();
      out.end();
    };
  }

  /** Requests get in; answers do not get out. */
  Harm dropAnswers() {
    return rule("OUTPUT", "-p", "tcp", "-j", "DROP");
  }

  /** A share of the packets gets lost, in both directions. */
  Harm lose(double share) {
    String[] part = {
      "-p", "tcp", "-m", "statistic", "--mode", "random", "--probability", Double.toString(share)
    };
    Harm in = rule("INPUT", with(part, "-j", "DROP"));
    Harm out = rule("OUTPUT", with(part, "-j", "DROP"));
    return () -> {
      in.end();
      out.end();
    };
  }

  /** Whatever gets in is answered with "port unreachable". */
  Harm reject() {
    return rule("INPUT", "-p", "tcp", "-j", "REJECT", "--reject-with", "icmp-port-unreachable");
  }

  /** Whatever gets in on a connection resets it. */
  Harm reset() {
    return rule("INPUT", "-p", "tcp", "!", "--syn", "-j", "REJECT", "--reject-with", "tcp-reset");
  }

  /** Lets out only so much; the rest waits. */
  Harm thin(int kilobitsPerSecond) {
    return discipline("tbf", "rate", kilobitsPerSecond + "kbit", "burst", "4kb", "latency", "2s");
  }

  /** Delays, loses or reorders what gets out, in netem's own words. */
  Harm netem(String... words) {
    return discipline(with(new String[] {"netem"}, words));
  }

  private Harm rule(String chain, String... rule) {
    in(with(new String[] {"iptables", "-w", "-I", chain}, rule));
    return () -> in(with(new String[] {"iptables", "-w", "-D", chain}, rule));
  }

  private Harm discipline(String... words) {
    String device = device();
    in(with(new String[] {"tc", "qdisc", "add", "dev", device, "root"}, words));
    return () -> in("tc", "qdisc", "del", "dev", device, "root");
  }

  /** The interface with the container's address; the engine counts its name up. */
  private String device() {
    return in("ip", "-o", "-4", "address")
        .lines()
        .filter(line -> line.contains(" " + ip + "/"))
        .map(line -> line.split(" +", -1)[1])
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no interface has " + ip));
  }

  private String in(String... command) {
    return Command.run(entered(command));
  }

  private List<String> entered(String... command) {
    List<String> all = new ArrayList<>(enter);
    all.addAll(List.of(command));
    return all;
  }

  private static String[] with(String[] first, String... more) {
    List<String> all = new ArrayList<>(List.of(first));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }
}
