package io.gitalyrouter.config.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gitalyrouter.config.admin.HostReport;
import io.gitalyrouter.config.source.SourceContent;
import io.gitalyrouter.config.store.AuditEntry;
import io.gitalyrouter.config.store.Change;
import io.gitalyrouter.config.store.ChangeStore;
import io.gitalyrouter.config.store.HostReports;
import io.gitalyrouter.config.store.StoreState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who runs the document of a store, and who does not. */
final class FleetStatusTest {
  private static final Instant NOW = Shell.NOW;
  private static final SourceContent DOCUMENT =
      SourceContent.of(
          "etcd:/gitaly-router/config@42",
          """
          version: 1
          storages:
            one:
              local: { address: "unix:/nowhere/gitaly.socket" }
              network: { address: "tcp://127.0.0.1:1" }
          roles:
            network-gitaly: { route: network, storages: [one], percent: 25 }
          hosts:
            git01: { roles: [network-gitaly] }
            git02: { roles: [] }
            "web*": { roles: [network-gitaly] }
          """
              .getBytes(UTF_8));
  private static final String ELSE = "e".repeat(64);

  private static HostReport report(String host, String fingerprint, Duration old) {
    HostReport.Storage storage =
        new HostReport.Storage(
            "one",
            Optional.of("network-gitaly"),
            100,
            "unix:/nowhere/gitaly.socket",
            Optional.of("tcp://127.0.0.1:1"),
            "READY",
            HostReport.RouteState.NETWORK,
            Optional.empty(),
            Optional.of("OPEN"),
            Optional.of(200.0),
            Optional.empty(),
            List.of());
    return new HostReport(
        HostReport.VERSION,
        NOW.minus(old),
        host,
        "7",
        "1.0",
        new HostReport.Config(
            fingerprint, "x", 1, NOW, Optional.of(0.1), false, List.of(), List.of()),
        1,
        List.of(),
        List.of(storage),
        List.of(),
        Optional.empty());
  }

  private static AuditEntry entry(String action, String after) {
    return new AuditEntry(
        "1",
        NOW.minus(Duration.ofMinutes(3)),
        "kim@ops02",
        action,
        "second host",
        Optional.of("https://example.com/1777"),
        ELSE,
        after,
        42,
        List.of());
  }

  private static FleetStatus fleet(boolean isFleet, Optional<String> host, HostReport... reports)
      throws IOException {
    List<AuditEntry> audit =
        List.of(
            entry("enable --host git02", DOCUMENT.fingerprint()),
            entry(AuditEntry.ACKNOWLEDGED, DOCUMENT.fingerprint()));
    return FleetStatus.of(new Fixed(DOCUMENT, audit, List.of(reports)), isFleet, host);
  }

  @Test
  void last_change_stands_on_top_with_its_reason_and_page() throws IOException {
    FleetStatus fleet =
        fleet(true, Optional.empty(), report("git01", DOCUMENT.fingerprint(), Duration.ZERO));
    assertThat(ReportText.of(fleet, Optional.empty(), NOW))
        .startsWith(
            "last change 3 min ago by kim@ops02: enable --host git02: second host"
                + " (https://example.com/1777)\n"
                + "document etcd:/gitaly-router/config: generation 42, "
                + DOCUMENT.fingerprint().substring(0, 12)
                + "\n");
  }

  @Test
  void edit_by_hand_is_told_of() throws IOException {
    FleetStatus fleet =
        FleetStatus.of(
            new Fixed(DOCUMENT, List.of(entry("enable", ELSE)), List.of()),
            false,
            Optional.empty());
    assertThat(ReportText.of(fleet, Optional.empty(), NOW))
        .contains("(https://example.com/1777); edited since, by no command\n");
  }

  @Test
  void whole_fleet_is_asked_who_has_not_acknowledged() throws IOException {
    FleetStatus fleet =
        fleet(
            true,
            Optional.empty(),
            report("git01", DOCUMENT.fingerprint(), Duration.ofSeconds(4)),
            report("web03", ELSE, Duration.ZERO),
            report("web04", DOCUMENT.fingerprint(), Duration.ZERO),
            report("db01", ELSE, Duration.ZERO));
    assertThat(fleet.missing())
        .containsExactly(
            "git02: no process was heard",
            "web*: web03 process 7 runs another document",
            "db01 process 7 runs another document");
    assertThat(fleet.code(Optional.empty())).isEqualTo(ExitCode.NOT_CONVERGED);
    assertThat(ReportText.of(fleet, Optional.empty(), NOW))
        .contains("not acknowledged: git02: no process was heard\n", "reported 4 s ago")
        .contains("network-gitaly 25%  network-gitaly 100%", "OPEN for 3 min");
  }

  @Test
  void file_of_one_host_says_nothing_of_the_others() throws IOException {
    FleetStatus fleet =
        fleet(false, Optional.empty(), report("git01", DOCUMENT.fingerprint(), Duration.ZERO));
    assertThat(fleet.missing()).isEmpty();
    assertThat(fleet.code(Optional.empty())).isEqualTo(ExitCode.OK);
  }

  @Test
  void host_of_the_fleet_is_missed_by_its_entry() throws IOException {
    assertThat(fleet(true, Optional.of("web09")).missing())
        .containsExactly("web*: no process was heard");
    assertThat(
            fleet(
                    true,
                    Optional.of("git01"),
                    report("git01", DOCUMENT.fingerprint(), Duration.ZERO),
                    report("web03", ELSE, Duration.ZERO))
                .missing())
        .isEmpty();
  }

  /** A store that holds what it was given. <em>Immutable.</em> */
  private record Fixed(SourceContent document, List<AuditEntry> entries, List<HostReport> heard)
      implements ChangeStore {
    @Override
    public String name() {
      return "etcd:/gitaly-router/config";
    }

    @Override
    public StoreState read() {
      return new StoreState(42, 0, Optional.of(document), Optional.empty());
    }

    @Override
    public AuditEntry write(StoreState seen, Change change) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void append(AuditEntry entry) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<AuditEntry> audit() {
      return entries;
    }

    @Override
    public HostReports reports() {
      return new HostReports(heard, List.of());
    }
  }
}
