package io.gitalyrouter.config.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BoundedReadTest {
  private static final String DENIED =
      "cannot be read by this process; give its user read permission for the file and search"
          + " permission for the directories above it";

  @TempDir private Path directory;

  @Test
  void file_without_read_permission_says_whose_permission_is_missing() throws IOException {
    Path file = Files.createFile(directory.resolve("router.yaml"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    assumeFalse(Files.isReadable(file), "the superuser can read every file");

    assertThatThrownBy(() -> BoundedRead.read(file))
        .isInstanceOf(IOException.class)
        .hasMessage(DENIED);
  }

  @Test
  void denied_access_is_explained() {
    // What the system answers to anyone but the superuser, whom it never answers so.
    AccessDeniedException denied = new AccessDeniedException("/etc/router.yaml");

    assertThat(BoundedRead.explain(directory.resolve("router.yaml"), denied)).isEqualTo(DENIED);
  }

  @Test
  void path_through_a_file_names_the_reason() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));

    assertThatThrownBy(() -> BoundedRead.read(file.resolve("router.yaml")))
        .hasMessage("cannot be read (Not a directory); check the path and each directory in it");
  }

  @Test
  void largest_document_is_read_and_one_byte_more_is_not() throws IOException {
    Path file = directory.resolve("router.yaml");
    Files.write(file, new byte[SourceContent.MAX_BYTES]);
    assertThat(BoundedRead.read(file).bytes()).hasSize(SourceContent.MAX_BYTES);
    Files.write(file, new byte[SourceContent.MAX_BYTES + 1]);

    assertThatThrownBy(() -> BoundedRead.read(file)).hasMessageStartingWith("larger than");
  }
}
