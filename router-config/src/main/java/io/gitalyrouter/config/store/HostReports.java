package io.gitalyrouter.config.store;

import io.gitalyrouter.config.admin.HostReport;
import java.util.List;

/**
 * What the hosts say that they run. <em>Immutable.</em>
 *
 * @param reports one for each process that was heard
 * @param troubles processes that are known, and were not heard, and why
 */
public record HostReports(List<HostReport> reports, List<String> troubles) {
  /** Copies the lists. */
  public HostReports {
    reports = List.copyOf(reports);
    troubles = List.copyOf(troubles);
  }
}
