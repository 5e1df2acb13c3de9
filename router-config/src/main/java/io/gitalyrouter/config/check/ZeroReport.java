package io.gitalyrouter.config.check;

import java.util.List;

/**
 * All proofs that nothing flows to the network side. <em>Immutable.</em>
 *
 * @param findings the proofs, in order
 */
public record ZeroReport(List<ZeroFinding> findings) {
  /** Copies the list. */
  public ZeroReport {
    findings = List.copyOf(findings);
  }

  /** The worst of all; a proof that nobody asked for does not count. */
  public ZeroVerdict verdict() {
    ZeroVerdict worst = ZeroVerdict.PROVED;
    for (ZeroFinding finding : findings) {
      worst =
          worst.worst(
              finding.verdict() == ZeroVerdict.NOT_ASKED ? ZeroVerdict.PROVED : finding.verdict());
    }
    return worst;
  }
}
