package io.gitalyrouter.docker;

import java.util.List;
import java.util.stream.Stream;

/** Every kind of fault, in the order in which they are made. */
final class Faults {
  private Faults() {}

  static List<Fault> all() {
    return Stream.of(ProcessFaults.all(), PacketFaults.all(), ServerFaults.all())
        .flatMap(List::stream)
        .toList();
  }
}
