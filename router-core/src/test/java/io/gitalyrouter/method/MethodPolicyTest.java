package io.gitalyrouter.method;

import static io.gitalyrouter.method.MethodPolicy.ONCE;
import static io.gitalyrouter.method.MethodPolicy.PINNED;
import static io.gitalyrouter.method.MethodPolicy.REPLAYABLE;
import static io.gitalyrouter.method.MethodPolicy.SIDECHANNEL;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
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
    assertThat(MethodTable.policy(method)).isEqualTo(policy);
  }

  @Test
  void table_knows_every_rpc_and_replays_only_what_reads_everywhere() {
    assertThat(MethodTable.all()).hasSize(174);
    assertThat(MethodTable.all().values().stream().filter(p -> p == SIDECHANNEL)).hasSize(3);
    assertThat(MethodTable.all().values().stream().filter(p -> p == PINNED)).hasSize(23);
    assertThat(MethodTable.all().values().stream().filter(p -> p == REPLAYABLE)).hasSize(89);
    assertThat(MethodTable.all().values().stream().filter(p -> p == ONCE)).hasSize(59);
  }
}
