package io.gitalyrouter.config.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.gitalyrouter.config.admin.HostReport.Calls;
import io.gitalyrouter.config.admin.HostReport.EndpointState;
import io.gitalyrouter.config.admin.HostReport.MethodCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class HostReportTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

  /** Everything that may be there is there. */
  private static final HostReport FULL =
      new HostReport(
          HostReport.VERSION,
          NOW,
          "git01",
          "42",
          "1.0",
          new HostReport.Config(
              "a".repeat(64),
              "router.yaml",
              2,
              NOW,
              Optional.of(0.5),
              true,
              List.of("p"),
              List.of("w")),
          3,
          List.of(new HostReport.Force("admin", "drill")),
          List.of(
              new HostReport.Storage(
                  "one",
                  Optional.of("network-gitaly"),
                  25,
                  "unix:/run/gitaly.socket",
                  Optional.of("tcp://file01:9999"),
                  "READY",
                  HostReport.RouteState.BLOCKED,
                  Optional.of("breaker FORCED_OPEN"),
                  Optional.of("FORCED_OPEN"),
                  Optional.of(3.5),
                  Optional.of(new HostReport.ForcedBreaker("FORCED_OPEN", 12.5, "why")),
                  List.of(
                      new Calls(
                          "network",
                          7,
                          1,
                          Optional.of(2.0),
                          List.of(new MethodCalls("a/B", 7, 1)))))),
          List.of(
              new EndpointState(
                  "tcp://file01:9999", true, "READY", 1, Optional.of("17.0"), Optional.of("slow"))),
          Optional.of(List.of(new HostReport.Sockets("10.0.0.1:9999", 1))));

  @Test
  void json_is_read_as_it_was_written_and_fits_the_schema() throws IOException {
    String schema = Files.readString(Path.of("docs", "host-report.schema.json"));

    assertThat(HostReport.fromJson(FULL.toJson())).isEqualTo(FULL);
    assertThat(
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(schema, InputFormat.JSON)
                .validate(FULL.toJson(), InputFormat.JSON))
        .isEmpty();
  }

  @Test
  void keys_of_a_newer_library_are_skipped() {
    String newer = FULL.toJson().replaceFirst("\\{", "{\"new_key\":{\"a\":1},");

    assertThat(HostReport.fromJson(newer)).isEqualTo(FULL);
  }

  @Test
  void what_is_no_report_is_refused() {
    assertThatThrownBy(() -> HostReport.fromJson("[]"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> HostReport.fromJson("{}"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> HostReport.fromJson("")).isInstanceOf(IllegalArgumentException.class);
  }
}
