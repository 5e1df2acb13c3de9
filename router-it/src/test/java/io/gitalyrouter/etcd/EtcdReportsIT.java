package io.gitalyrouter.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitalyrouter.GitalyRouter;
import io.gitalyrouter.config.ConfiguredRouter;
import io.gitalyrouter.config.admin.Bootstrap;
import io.gitalyrouter.config.admin.HostReport;
import io.gitalyrouter.config.etcd.EtcdDocument;
import io.gitalyrouter.config.source.SourceContent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a host tells the store of itself. */
@ExtendWith(NeedsEtcd.class)
@Timeout(120)
final class EtcdReportsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Sooner than the next regular report. */
  private static final Duration AT_ONCE = Duration.ofSeconds(3);

  @TempDir private Path directory;
  private EtcdServer etcd;

  @BeforeEach
  void start() throws IOException {
    etcd = EtcdServer.start(directory.resolve("one"));
  }

  @AfterEach
  void stop() {
    etcd.close();
  }

  private ConfiguredRouter open() {
    return Bootstrap.etcd(etcd.settings()).open("git01", GitalyRouter.builder());
  }

  private Optional<HostReport> report() throws IOException {
    String key = "/gitaly-router/hosts/git01/" + ProcessHandle.current().pid();
    return EtcdDocument.of(etcd.settings().withKey(key))
        .read()
        .content()
        .map(SourceContent::bytes)
        .map(bytes -> HostReport.fromJson(new String(bytes, StandardCharsets.UTF_8)));
  }

  private static String fingerprint(String document) {
    return SourceContent.of("x", document.getBytes(StandardCharsets.UTF_8)).fingerprint();
  }

  private void awaitRuns(String document, Duration patience) {
    await()
        .atMost(patience)
        .untilAsserted(
            () ->
                assertThat(report())
                    .hasValueSatisfying(r -> assertThat(r.runs(fingerprint(document))).isTrue()));
  }

  @Test
  void document_is_acknowledged_at_once_and_the_report_goes_with_the_process() throws IOException {
    etcd.write(Follower.document(0));
    try (ConfiguredRouter router = open()) {
      awaitRuns(Follower.document(0), PATIENCE);
      etcd.write(Follower.document(10));
      await().atMost(PATIENCE).until(() -> router.config().generation() == 2);

      awaitRuns(Follower.document(10), AT_ONCE);
    }
    assertThat(report()).isEmpty();
  }

  @Test
  void report_is_there_again_after_etcd_was() throws IOException {
    etcd.write(Follower.document(0));
    try (ConfiguredRouter router = open()) {
      awaitRuns(Follower.document(0), PATIENCE);
      etcd.kill();
      assertThat(router.router().status().generation()).isEqualTo(1);
      etcd.restart();
      etcd.write(Follower.document(20));

      awaitRuns(Follower.document(20), PATIENCE);
    }
  }
}
