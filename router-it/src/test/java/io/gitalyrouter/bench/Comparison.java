package io.gitalyrouter.bench;

import java.util.List;

/**
 * A contender beside the plain channel. <em>Immutable.</em>
 *
 * @param rounds the two measured next to each other, in the order of the rounds
 */
record Comparison(Contender contender, List<Round> rounds) {
  Comparison {
    rounds = List.copyOf(rounds);
  }

  /** Two short runs next to each other. */
  record Round(Segment plain, Segment other) {
    double throughput() {
      return other.callsPerSecond() / plain.callsPerSecond();
    }

    double cpu() {
      return other.cpuPerCallNanos() / plain.cpuPerCallNanos();
    }

    double p50() {
      return other.p50Nanos() / plain.p50Nanos();
    }

    double p99() {
      return other.p99Nanos() / plain.p99Nanos();
    }
  }

  long failures() {
    return rounds.stream().mapToLong(r -> r.plain().failures() + r.other().failures()).sum();
  }

  Samples throughput() {
    return Samples.of(rounds, Round::throughput);
  }

  Samples cpu() {
    return Samples.of(rounds, Round::cpu);
  }

  Samples p50() {
    return Samples.of(rounds, Round::p50);
  }

  Samples p99() {
    return Samples.of(rounds, Round::p99);
  }
}
