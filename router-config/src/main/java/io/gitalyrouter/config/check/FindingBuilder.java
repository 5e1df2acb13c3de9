package io.gitalyrouter.config.check;

import java.util.ArrayList;
import java.util.List;

/** Collects what one proof saw. <em>Not thread-safe; confined to the proof.</em> */
final class FindingBuilder {
  private final String proof;
  private final List<String> details = new ArrayList<>();
  private ZeroVerdict verdict = ZeroVerdict.PROVED;
  private long number;

  FindingBuilder(String proof) {
    this.proof = proof;
  }

  /** Something was counted: traffic, unless it is 0. */
  void counted(String who, long count, String what) {
    number += count;
    add(count == 0 ? ZeroVerdict.PROVED : ZeroVerdict.TRAFFIC, who, count + " " + what);
  }

  /** Nothing can be told. */
  void unknown(String who, String why) {
    add(ZeroVerdict.UNKNOWN, who, "unknown: " + why);
  }

  private void add(ZeroVerdict of, String who, String text) {
    verdict = verdict.worst(of);
    details.add(who + ": " + text);
  }

  ZeroFinding build() {
    return new ZeroFinding(proof, verdict, number, details);
  }
}
