package io.gitalyrouter.config.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WatchedNamesTest {
  @TempDir private Path temporary;
  private Path root;

  @BeforeEach
  void resolveLinksAboveTheRoot() throws IOException {
    root = temporary.toRealPath();
  }

  @Test
  void plain_file_is_watched_in_each_directory_above_it() throws IOException {
    Files.createDirectory(root.resolve("etc"));
    Path file = Files.createFile(root.resolve("etc").resolve("router.yaml"));
    Map<Path, Set<Path>> watched = WatchedNames.along(file);

    assertThat(watched).containsEntry(root, Set.of(Path.of("etc")));
    assertThat(watched).containsEntry(root.resolve("etc"), Set.of(Path.of("router.yaml")));
    assertThat(watched).hasSize(file.getNameCount());
  }

  @Test
  void link_is_watched_where_it_stands_and_where_it_leads() throws IOException {
    Files.createDirectory(root.resolve("v1"));
    Files.createFile(root.resolve("v1").resolve("router.yaml"));
    Files.createSymbolicLink(root.resolve("..data"), Path.of("v1"));
    Path file = root.resolve("router.yaml");
    Files.createSymbolicLink(file, Path.of("..data", "router.yaml"));
    Map<Path, Set<Path>> watched = WatchedNames.along(file);

    assertThat(watched)
        .containsEntry(root, Set.of(Path.of("router.yaml"), Path.of("..data"), Path.of("v1")))
        .containsEntry(root.resolve("v1"), Set.of(Path.of("router.yaml")));
  }

  @Test
  void link_that_goes_up_is_resolved() throws IOException {
    Files.createDirectories(root.resolve("etc"));
    Files.createFile(root.resolve("real.yaml"));
    Path file = root.resolve("etc").resolve("router.yaml");
    Files.createSymbolicLink(file, Path.of("..", ".", "real.yaml"));

    assertThat(WatchedNames.along(file))
        .containsEntry(root, Set.of(Path.of("etc"), Path.of("real.yaml")));
  }

  @Test
  void way_ends_at_the_first_name_that_is_missing() {
    assertThat(WatchedNames.along(root.resolve("gone").resolve("router.yaml")))
        .containsEntry(root, Set.of(Path.of("gone")))
        .doesNotContainKey(root.resolve("gone"));
  }

  @Test
  void links_in_a_circle_end() throws IOException {
    Files.createSymbolicLink(root.resolve("a"), Path.of("b"));
    Files.createSymbolicLink(root.resolve("b"), Path.of("a"));

    assertThat(WatchedNames.along(root.resolve("a")))
        .containsEntry(root, Set.of(Path.of("a"), Path.of("b")));
  }
}
