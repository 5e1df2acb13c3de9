package io.gitalyrouter.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What stock git clients notice, and what calls are made of. <em>Immutable.</em> */
final class WorkReport {
  private WorkReport() {}

  static String git(Measured measured) {
    StringBuilder text =
        new StringBuilder(
            """
            ## Stock git clients

            Through the worker's git front, over one kind of channel after the other to one stand-in
            Gitaly on a unix socket. Medians; speed is beside the plain channel in the same round.

            | work | rounds | plain | router, local route | router, network route, replay armed |
            |---|---:|---:|---|---|
            """);
    for (GitWorkload.Result result : measured.git) {
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %d | %.2f s | %s | %s |\n",
              result.work(),
              result.rounds().size(),
              seconds(result, Contender.PLAIN),
              beside(result, Contender.ROUTER_LOCAL),
              beside(result, Contender.ROUTER_NETWORK)));
    }
    return text.append('\n').toString();
  }

  private static double seconds(GitWorkload.Result result, Contender contender) {
    return Samples.of(result.rounds(), round -> round.seconds(contender)).median();
  }

  private static String beside(GitWorkload.Result result, Contender contender) {
    return String.format(
        Locale.ROOT,
        "%.2f s, speed %.3f",
        seconds(result, contender),
        result.besidePlain(contender));
  }

  static String allocations(Measured measured) {
    StringBuilder text =
        new StringBuilder(
            """
            ## What a call is made of

            All objects that one unary call makes, those of the caller and of the channel that answers
            at once included; counted in the heap after 200,000 calls without a collection.

            | way | what | objects | bytes |
            |---|---|---:|---:|
            """);
    for (Map.Entry<NoopRouter.Way, List<AllocationProfile>> way : measured.allocations.entrySet()) {
      for (AllocationProfile row : way.getValue()) {
        text.append(
            String.format(
                Locale.ROOT,
                "| %s | `%s` | %.2f | %.0f |\n",
                way.getKey().label(),
                row.type(),
                row.objects(),
                row.bytes()));
      }
    }
    return text.append('\n').toString();
  }
}
