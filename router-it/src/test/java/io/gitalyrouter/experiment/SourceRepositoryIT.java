package io.gitalyrouter.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever checkout the experiment starts in, it gets a repository that is whole. */
final class SourceRepositoryIT {
  @TempDir Path directory = Path.of("");

  @Test
  void whole_repository_is_mirrored() throws Exception {
    Path origin = origin();

    SourceRepository source = SourceRepository.create(origin, directory.resolve("m.git"));

    assertThat(Git.refs(source.directory())).isEqualTo(Git.refs(origin));
    assertThat(source.defaultBranch()).isEqualTo("refs/heads/main");
    assertThat(source.commits()).hasSize(4);
    assertThat(source.blobs()).hasSize(4);
  }

  @Test
  void detached_checkout_gets_a_branch() throws Exception {
    Path origin = origin();
    Git.run(origin, "checkout", "-q", "--detach", "HEAD~1");

    SourceRepository source = SourceRepository.create(origin, directory.resolve("m.git"));

    assertThat(source.defaultBranch()).isEqualTo("refs/heads/experiment-base");
    assertThat(source.commits()).hasSize(3);
    assertWhole(source);
  }

  @Test
  void shallow_checkout_is_made_whole() throws Exception {
    Path shallow = directory.resolve("shallow");
    Git.run(directory, "clone", "-q", "--depth", "2", "file://" + origin(), shallow.toString());

    SourceRepository source = SourceRepository.create(shallow, directory.resolve("m.git"));

    assertThat(source.description()).contains("shallow");
    assertThat(source.commits()).hasSize(2);
    assertWhole(source);
  }

  @Test
  void shallow_and_detached_checkout_is_made_whole() throws Exception {
    Path shallow = directory.resolve("shallow");
    Git.run(directory, "clone", "-q", "--depth", "2", "file://" + origin(), shallow.toString());
    Git.run(shallow, "checkout", "-q", "--detach");
    Git.run(shallow, "branch", "-q", "-D", "main");

    SourceRepository source = SourceRepository.create(shallow, directory.resolve("m.git"));

    assertThat(source.commits()).hasSize(2);
    assertWhole(source);
  }

  @Test
  void directory_without_a_repository_is_refused() {
    assertThatIOException()
        .isThrownBy(
            () -> SourceRepository.create(directory.resolve("absent"), directory.resolve("m.git")))
        .withMessageContaining("--repository")
        .withMessageContaining("expected: a git repository");
  }

  @Test
  void generated_repository_is_whole() throws Exception {
    SourceRepository source = SourceRepository.generated(directory.resolve("m.git"));

    assertThat(source.commits()).hasSize(30);
    assertThat(source.description()).contains("generated");
    assertWhole(source);
  }

  private void assertWhole(SourceRepository source) throws IOException, InterruptedException {
    assertThat(Git.attempt(source.directory(), "fsck", "--full", "--strict").exitCode()).isZero();
    Path clone = directory.resolve("clone");
    Git.run(directory, "clone", "-q", "file://" + source.directory(), clone.toString());
    assertThat(Git.run(clone, "rev-parse", "HEAD")).isEqualTo(source.commits().get(0));
  }

  private Path origin() throws IOException, InterruptedException {
    Path origin = Files.createDirectory(directory.resolve("origin"));
    Git.run(origin, "init", "-q", "-b", "main");
    for (int i = 0; i < 4; i++) {
      // Not text in any encoding.
      Files.write(origin.resolve("file-" + i), new byte[] {(byte) 0xff, 0, (byte) 0xfe, (byte) i});
      Git.run(origin, "add", ".");
      Git.run(origin, "commit", "-q", "-m", "Change " + i);
    }
    Git.run(origin, "tag", "-a", "-m", "A tag", "v1");
    return origin;
  }
}
