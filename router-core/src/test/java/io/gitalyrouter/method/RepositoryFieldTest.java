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
    assertThat(namesQuarantine(first, bytes(field(1, QUARANTINED) + field(2, "main")))).isTrue();
    assertThat(namesQuarantine(first, bytes(field(1, ALTERNATES)))).isTrue();
    assertThat(namesQuarantine(first, bytes(field(2, "main") + field(1, QUARANTINED)))).isTrue();
    assertThat(namesQuarantine(first, bytes(field(1, PLAIN) + field(4, "main")))).isFalse();
    assertThat(namesQuarantine(first, bytes(field(2, QUARANTINED)))).isFalse();
  }

  @Test
  void quarantine_is_seen_in_a_header() {
    RepositoryField header = repositoryOf("gitaly.OperationService/UserCommitFiles");
    assertThat(namesQuarantine(header, bytes(field(1, field(1, QUARANTINED))))).isTrue();
    assertThat(namesQuarantine(header, bytes(field(1, field(2, QUARANTINED))))).isFalse();
    assertThat(namesQuarantine(header, bytes(field(1, QUARANTINED)))).isFalse();
  }

  @Test
  void quarantine_is_seen_in_an_object_pool_of_the_second_field() {
    RepositoryField pool = repositoryOf("gitaly.ObjectPoolService/FetchIntoObjectPool");
    assertThat(namesQuarantine(pool, bytes(field(2, field(1, QUARANTINED))))).isTrue();
    assertThat(namesQuarantine(pool, bytes(field(1, QUARANTINED)))).isFalse();
  }

  @Test
  void empty_fields_name_no_quarantine() {
    RepositoryField first = repositoryOf("gitaly.CommitService/FindCommit");
    assertThat(namesQuarantine(first, bytes(field(1, PLAIN + field(4, ""))))).isFalse();
    assertThat(namesQuarantine(first, bytes(field(1, "")))).isFalse();
    assertThat(namesQuarantine(first, bytes(""))).isFalse();
  }

  @Test
  void what_is_no_protobuf_names_no_quarantine() {
    RepositoryField first = repositoryOf("gitaly.CommitService/FindCommit");
    assertThat(namesQuarantine(first, bytes("hello"))).isFalse();
    assertThat(namesQuarantine(first, bytes("\n\u007fcut"))).isFalse();
  }

  @Test
  void request_without_a_repository_is_not_looked_at() {
    RepositoryField none = repositoryOf("gitaly.ServerService/ServerInfo");
    assertThat(none.isKnown()).isFalse();
    assertThat(namesQuarantine(none, bytes(field(1, QUARANTINED)))).isFalse();
    assertThat(namesQuarantine(none, bytes(QUARANTINED))).isFalse();
  }

  @Test
  void bytes_behind_the_message_are_not_looked_at() {
    RepositoryField first = repositoryOf("gitaly.CommitService/FindCommit");
    byte[] message = bytes(field(1, PLAIN));
    byte[] longer = bytes(field(1, PLAIN) + field(1, QUARANTINED));
    assertThat(first.namesQuarantine(longer, message.length)).isFalse();
    assertThat(first.namesQuarantine(longer, longer.length)).isTrue();
  }

  private static boolean namesQuarantine(RepositoryField field, byte[] message) {
    return field.namesQuarantine(message, message.length);
  }

  private static RepositoryField repositoryOf(String method) {
    return MethodTable.rule(method).repository();
  }
}
