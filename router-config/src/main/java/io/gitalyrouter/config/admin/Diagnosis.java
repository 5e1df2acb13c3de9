package io.gitalyrouter.config.admin;

import io.gitalyrouter.config.admin.proto.DiagnoseResponse;

/**
 * What a process tells of itself beyond its report. <em>Immutable.</em>
 *
 * @param threadDump every thread with its state and its whole stack, as text
 * @param metrics its meters as it writes them for a scrape; empty if its socket was not given them
 */
public record Diagnosis(String threadDump, String metrics) {
  static Diagnosis of(DiagnoseResponse answer) {
    return new Diagnosis(answer.getThreadDump(), answer.getMetrics());
  }
}
