package io.gitalyrouter.docker;

import io.gitalyrouter.history.Traffic;
import java.util.Optional;

/**
 * What came of one fault. <em>Immutable.</em>
 *
 * @param verdict what callers saw; empty if it could not be made
 * @param backMillis from its end until the network side served again
 * @param missing what it would have needed; empty if it was made
 */
record FaultRow(Optional<Traffic.Verdict> verdict, long backMillis, String missing) {
  static FaultRow seen(Traffic.Verdict verdict, long backMillis) {
    return new FaultRow(Optional.of(verdict), backMillis, "");
  }

  static FaultRow skipped(String missing) {
    return new FaultRow(Optional.empty(), 0, missing);
  }

  /** The last cells of its row. */
  String cells() {
    return verdict
        .map(
            v ->
                String.format(
                    "%d | %d | %d | %d | %d | %d | %.1f s | %.1f s",
                    v.calls(),
                    v.lost(),
                    v.doubled(),
                    v.cut(),
                    v.unsure(),
                    v.moved(),
                    v.slowestReadMillis() / 1e3,
                    backMillis / 1e3))
        .orElse("not made: needs " + missing + " | | | | | | |");
  }

  @Override
  public String toString() {
    return verdict.map(v -> v + ", back after " + backMillis + " ms").orElse(missing);
  }
}
