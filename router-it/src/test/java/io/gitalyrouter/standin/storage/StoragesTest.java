package io.gitalyrouter.standin.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitalyrouter.it.proto.Repository;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a repository may lie, and who wins when several begin at once. */
final class StoragesTest {
  private static final int RACERS = 8;

  @TempDir private Path root;

  @ParameterizedTest
  @ValueSource(strings = {"..", "../a.git", "a/../../b.git", "/etc", ".", "a/.."})
  void path_out_of_the_storage_is_refused(String path) throws IOException {
    Storages storages = Storages.open(Map.of("default", root));

    assertThatThrownBy(() -> storages.locate(at(path)))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT))
        .hasMessageContaining("relative path escapes root directory");
  }

  @Test
  void removed_storage_does_not_exist() throws IOException {
    Path gone = Files.createDirectory(root.resolve("gone"));
    Storages storages = Storages.open(Map.of("default", gone));
    Files.delete(gone.resolve(".gitaly-metadata"));
    Files.delete(gone);

    assertThatThrownBy(() -> storages.exists(at("a.git")))
        .hasMessageContaining("NOT_FOUND: storage does not exist");
  }

  @Test
  void of_many_that_mark_a_storage_one_wins() throws Exception {
    List<String> ids =
        race(
            () -> {
              FilesystemId.ensure(root);
              return FilesystemId.read(root);
            });

    assertThat(ids).doesNotContain("").containsOnly(ids.get(0));
    try (var files = Files.list(root)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void of_many_that_create_a_repository_one_wins() throws Exception {
    Storages storages = Storages.open(Map.of("default", root));
    List<String> outcomes =
        race(
            () -> {
              try {
                storages.create(at("a/b.git"), "refs/heads/main");
                return "created";
              } catch (StatusRuntimeException e) {
                return e.getStatus().getCode().name();
              }
            });

    assertThat(outcomes).filteredOn("created"::equals).hasSize(1);
    assertThat(outcomes).filteredOn("ALREADY_EXISTS"::equals).hasSize(RACERS - 1);
    try (var repository = storages.open(at("a/b.git"))) {
      assertThat(repository.getFullBranch()).isEqualTo("refs/heads/main");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "refs/heads,refs/heads/a,true",
    "refs/heads/,refs/heads/a/b,true",
    "refs/heads/a,refs/heads/a,true",
    "refs/heads/a,refs/heads/ab,false",
    "refs/*/a,refs/heads/a,true",
    "refs/*,refs/heads/a,false",
    "refs/**,refs/heads/a,true",
    "refs/heads/?,refs/heads/a,true",
    "refs/heads/.,refs/heads/a,false"
  })
  void pattern_matches_as_in_git(String pattern, String name, boolean matches) {
    assertThat(RefPattern.of(pattern).matches(name)).isEqualTo(matches);
  }

  private static Repository at(String path) {
    return Repository.newBuilder().setStorageName("default").setRelativePath(path).build();
  }

  private static List<String> race(Callable<String> racer) throws Exception {
    CyclicBarrier start = new CyclicBarrier(RACERS);
    ExecutorService threads = Executors.newFixedThreadPool(RACERS);
    try {
      List<Future<String>> running = new ArrayList<>();
      for (int i = 0; i < RACERS; i++) {
        running.add(
            threads.submit(
                () -> {
                  start.await();
                  return racer.call();
                }));
      }
      List<String> outcomes = new ArrayList<>();
      for (Future<String> future : running) {
        outcomes.add(future.get());
      }
      return outcomes;
    } finally {
      threads.shutdownNow();
    }
  }
}
