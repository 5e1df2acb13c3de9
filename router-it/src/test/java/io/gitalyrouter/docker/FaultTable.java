package io.gitalyrouter.docker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The committed table of faults. */
final class FaultTable {
  /** Where it is, seen from the module. */
  static final Path FILE = Path.of("docs", "faults.md");

  private static final String UPDATE = "faults.update";
  private static final String HEAD =
      """
      # Faults

      What the callers of a host saw while it had the role and the network side had a real fault: twelve
      callers, each asking its next question 4 ms after an answer, 2 % of them mutations, deadline 5 s;
      servers in containers, the settings that users have. Before each fault the role is turned on, and
      after it off again; then nothing is left on the network side, by the clients' counters, the open
      sockets, and the server's counters. Written by `StagedChangeIT` with `-Dfaults.update=true`; the
      numbers are those of one run, the zeros are what every run is held to.

      * *lost*: reads that failed although the local side was healthy, or were answered wrongly; always 0.
      * *doubled*: mutations that ran twice, by the servers' own ledgers; always 0.
      * *cut*: streams that broke off after the caller had a part of the answer; on a server that has
        fallen silent they wait for their deadline.
      * *unsure*: mutations that failed; whether such a one ran is not always known.
      * *moved*: calls that left the network side and were served locally.
      * *slowest*: the longest that a read took.
      * *back*: from the end of the fault until the network side served again; always under 10 s.

      A name's addresses are kept for 30 s by a JVM (`networkaddress.cache.ttl`) and by grpc (the system
      property of that name); where `dns:` addresses are to follow sooner, set both.

      | fault | how it is made | calls | lost | doubled | cut | unsure | moved | slowest | back |
      |---|---|---|---|---|---|---|---|---|---|
      """;

  private FaultTable() {}

  /** Writes it if that was asked for and every fault was tried. */
  static void tell(Map<Fault, FaultRow> rows) throws IOException {
    if (Boolean.getBoolean(UPDATE) && rows.size() == Faults.all().size()) {
      StringBuilder text = new StringBuilder(HEAD);
      rows.forEach(
          (fault, row) ->
              text.append("| ")
                  .append(fault.name())
                  .append(" | ")
                  .append(fault.how())
                  .append(" | ")
                  .append(row.cells())
                  .append(" |\n"));
      Files.writeString(FILE, text.toString());
    }
  }

  /** The faults that the committed table names, in its order. */
  static List<String> named() throws IOException {
    return Files.readAllLines(FILE).stream()
        .filter(line -> line.startsWith("| ") && !line.startsWith("| fault |"))
        .map(line -> line.split("\\|", -1)[1].strip())
        .toList();
  }
}
