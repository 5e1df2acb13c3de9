package io.gitalyrouter.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitalyrouter.GitalyRouter;
import io.gitalyrouter.RouterStatus.StorageStatus;
import org.junit.jupiter.api.Test;

final class ConfiguredRouterTest {

  @Test
  void router_follows_until_it_is_closed() {
    ScriptedSource source = ScriptedSource.of(Samples.document(0));
    try (ConfiguredRouter configured =
        ConfiguredRouter.open(source, "git01", GitalyRouter.builder())) {
      assertThat(configured.router().status().generation()).isEqualTo(1);
      source.deliver(Samples.document(0).replace("/run/", "/var/run/"));

      assertThat(configured.router().status().generation()).isEqualTo(2);
      assertThat(configured.router().status().storages())
          .extracting(StorageStatus::local)
          .containsExactly("unix:/var/run/gitaly.socket");
      assertThat(configured.config().generation()).isEqualTo(2);
      assertThat(configured.config().isCurrent()).isTrue();
    }
    assertThat(source.isWatched()).isFalse();
  }

  @Test
  void bad_document_opens_nothing() {
    ScriptedSource source = ScriptedSource.of("version: 1\n");

    assertThatThrownBy(() -> ConfiguredRouter.open(source, "git01", GitalyRouter.builder()))
        .isInstanceOf(InvalidConfigException.class);
    assertThat(source.isWatched()).isFalse();
  }
}
