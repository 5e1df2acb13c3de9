package io.gitalyrouter.method;

import static io.gitalyrouter.fixture.WireBytes.bytes;
import static io.gitalyrouter.fixture.WireBytes.field;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RepositoryFieldTest {
  private static final String PLAIN = field(2, "nfs-file01") + field(3, "group/project.git");
  private static final String QUARANTINED = PLAIN + field(4, "objects/incoming-1");
  private static final String ALTERNATES = PLAIN + field(5, "objects");

  @Test
  void quarantine_is_seen_where_the_table_says() {
    RepositoryField first = repositoryOf("gitaly.CommitService/FindCommit");
    assertThat(first.namesQuarantine(bytes(field(1, QUARANTINED) + field(2, "main")))).isTrue();
    assertThat(first.namesQuarantine(bytes(field(1, ALTERNATES)))).isTrue();
    assertThat(first.namesQuarantine(bytes(field(2, "main") + field(1, QUARANTINED)))).isTrue();
    assertThat(first.namesQuarantine(bytes(field(1, PLAIN) + field(4, "main")))).isFalse();
    assertThat(first.namesQuarantine(bytes(field(2, QUARANTINED)))).isFalse();
  }

  @Test
  void quarantine_is_seen_in_a_header() {
    RepositoryField header = repositoryOf("gitaly.OperationService/UserCommitFiles");
    assertThat(header.namesQuarantine(bytes(field(1, field(1, QUARANTINED))))).isTrue();
    assertThat(header.namesQuarantine(bytes(field(1, field(2, QUARANTINED))))).isFalse();
    assertThat(header.namesQuarantine(bytes(field(1, QUARANTINED)))).isFalse();
  }

  @Test
  void quarantine_is_seen_in_an_object_pool_of_the_second_field() {
    RepositoryField pool = repositoryOf("gitaly.ObjectPoolService/FetchIntoObjectPool");
    assertThat(pool.namesQuarantine(bytes(field(2, field(1, QUARANTINED))))).isTrue();
    assertThat(pool.namesQuarantine(bytes(field(1, QUARANTINED)))).isFalse();
  }

  @Test
  void empty_fields_name_no_quarantine() {
    RepositoryField first = repositoryOf("gitaly.CommitService/FindCommit");
    assertThat(first.namesQuarantine(bytes(field(1, PLAIN + field(4, ""))))).isFalse();
    assertThat(first.namesQuarantine(bytes(field(1, "")))).isFalse();
    assertThat(first.namesQuarantine(bytes(""))).isFalse();
  }

  @Test
  void what_is_no_protobuf_names_no_quarantine() {
    RepositoryField first = repositoryOf("gitaly.CommitService/FindCommit");
    assertThat(first.namesQuarantine(bytes("hello"))).isFalse();
    assertThat(first.namesQuarantine(bytes("\n\u007fcut"))).isFalse();
  }

  @Test
  void request_without_a_repository_is_not_looked_at() {
    RepositoryField none = repositoryOf("gitaly.ServerService/ServerInfo");
    assertThat(none.isKnown()).isFalse();
    assertThat(none.namesQuarantine(bytes(field(1, QUARANTINED)))).isFalse();
    assertThat(none.namesQuarantine(bytes(QUARANTINED))).isFalse();
  }

  private static RepositoryField repositoryOf(String method) {
    return MethodTable.rule(method).repository();
  }
}
