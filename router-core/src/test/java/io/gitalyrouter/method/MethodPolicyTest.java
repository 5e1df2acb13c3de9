package io.gitalyrouter.method;

import static io.gitalyrouter.method.MethodPolicy.ONCE;
import static io.gitalyrouter.method.MethodPolicy.PINNED;
import static io.gitalyrouter.method.MethodPolicy.REPLAYABLE;
import static io.gitalyrouter.method.MethodPolicy.SIDECHANNEL;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MethodPolicyTest {
  @ParameterizedTest
  @CsvSource({
    "gitaly.CommitService/FindCommit, REPLAYABLE",
    "gitaly.SSHService/SSHUploadPack, REPLAYABLE",
    "gitaly.RepositoryService/WriteRef, ONCE",
    "gitaly.SSHService/SSHReceivePack, ONCE",
    "gitaly.CommitService/CommitLanguages, ONCE",
    "gitaly.RemoteService/UpdateRemoteMirror, ONCE",
    "gitaly.RepositoryService/BackupRepository, ONCE",
    "gitaly.RepositoryService/OptimizeRepository, ONCE",
    "gitaly.ServerService/ServerInfo, ONCE",
    "gitaly.HookService/PreReceiveHook, PINNED",
    "gitaly.RefTransaction/VoteTransaction, PINNED",
    "gitaly.SSHService/SSHUploadPackWithSidechannel, SIDECHANNEL",
    "gitaly.HookService/PackObjectsHookWithSidechannel, SIDECHANNEL",
    "gitaly.SomeService/NewerThanThisTable, ONCE",
    "other.RefService/RefExists, ONCE"
  })
  void method_has_the_policy_of_its_name(String method, MethodPolicy policy) {
    assertThat(MethodTable.rule(method).policy()).isEqualTo(policy);
  }

  @Test
  void table_knows_every_rpc_and_replays_only_what_reads_everywhere() {
    assertThat(MethodTable.all()).hasSize(174);
    assertThat(count(SIDECHANNEL)).isEqualTo(3);
    assertThat(count(PINNED)).isEqualTo(23);
    assertThat(count(REPLAYABLE)).isEqualTo(89);
    assertThat(count(ONCE)).isEqualTo(59);
  }

  private static long count(MethodPolicy policy) {
    return MethodTable.all().values().stream().filter(rule -> rule.policy() == policy).count();
  }

  @TestFactory
  Stream<DynamicTest> every_row_of_the_table_has_a_rule() throws IOException {
    return Files.readAllLines(Path.of("src/main/gitaly/methods.tsv")).stream()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("\t", -1))
        .map(row -> DynamicTest.dynamicTest(row[0], () -> assertHasRule(row)));
  }

  private static void assertHasRule(String[] row) {
    MethodRule rule = MethodTable.all().get("gitaly." + row[0]);
    assertThat(rule).isNotNull();
    boolean writesSomewhere =
        List.of("mutator", "maintenance", "intercepted").contains(row[1])
            || List.of("mutator", "maintenance", "intercepted").contains(row[2]);
    assertThat(rule.isReplayable()).isEqualTo(!writesSomewhere && row[4].equals("-"));
    assertThat(rule.asksExistence()).isEqualTo(row[0].equals("RepositoryService/RepositoryExists"));
    assertThat(rule.repository().isKnown()).isEqualTo(!row[5].equals("-"));
  }
}
