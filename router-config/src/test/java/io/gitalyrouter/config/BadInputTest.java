package io.gitalyrouter.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.gitalyrouter.config.source.FileSource;
import io.gitalyrouter.route.RoutingTable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each kind of file that is no document, at the start and at run time: one clear message, and what
 * was in force stays in force.
 */
@Timeout(60)
final class BadInputTest {
  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void setPath() {
    file = directory.resolve("etc").resolve("router.yaml");
  }

  static Stream<Bad> badFiles() {
    return Stream.of(
        new Bad("missing", ": does not exist; create it, or correct the path", file -> {}),
        new Bad(
            "empty",
            ": empty (expected: a document with version: 1); a half-written file?",
            Files::createFile),
        new Bad(
            "directory", ": a directory; give the path of the file in it", Files::createDirectory),
        new Bad(
            "dangling link",
            ": a link to a file that does not exist; create the file, or correct the link",
            file -> Files.createSymbolicLink(file, Path.of("gone"))),
        new Bad(
            "link to itself",
            ": a link that leads back to itself; correct the link",
            file -> Files.createSymbolicLink(file, file.getFileName())),
        new Bad(
            "device",
            ": neither a file nor a link to one; give the path of a regular file",
            file -> Files.createSymbolicLink(file, Path.of("/dev/zero"))),
        new Bad(
            "huge",
            ": larger than 4194304 bytes, the limit of a configuration document; is this the"
                + " right file?",
            BadInputTest::writeHuge),
        new Bad(
            "binary",
            ":1:1: byte 0x7F at offset 0 is not text (expected: YAML in UTF-8); a binary file?",
            file -> Files.write(file, new byte[] {0x7F, 'E', 'L', 'F', 0, 0})),
        new Bad(
            "half-written",
            ":4:31: not valid YAML: while scanning a quoted scalar: found unexpected end of"
                + " stream; a half-written file?",
            file -> Files.writeString(file, Samples.document(50).substring(0, 58))));
  }

  @ParameterizedTest
  @MethodSource("badFiles")
  void bad_file_at_the_start_is_one_clear_message(Bad bad) throws IOException {
    Files.createDirectory(file.getParent());
    bad.writer().write(file);
    InvalidConfigException thrown =
        catchThrowableOfType(
            InvalidConfigException.class,
            () -> ConfigFollower.follow(FileSource.of(file), "git01", table -> {}));

    assertThat(thrown).hasMessage(file + bad.message());
  }

  @ParameterizedTest
  @MethodSource("badFiles")
  void bad_file_at_run_time_leaves_the_table_in_force(Bad bad) throws IOException {
    Files.createDirectory(file.getParent());
    Files.writeString(file, Samples.document(10));
    List<RoutingTable> applied = new CopyOnWriteArrayList<>();
    try (ConfigFollower follower =
        ConfigFollower.follow(FileSource.of(file), "git01", applied::add)) {
      String good = follower.status().hash();
      Files.delete(file);
      bad.writer().write(file);
      awaitProblem(follower, file + bad.message());

      assertThat(applied).as("the first table only").hasSize(1);
      assertThat(follower.status().hash()).isEqualTo(good);

      replace(Samples.document(20));
      await().atMost(Duration.ofSeconds(10)).until(() -> follower.status().isCurrent());
      assertThat(applied).as("and then the next good one").hasSize(2);
    }
  }

  private static void awaitProblem(ConfigFollower follower, String message) {
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () ->
                assertThat(follower.status().problems())
                    .extracting(ConfigProblem::toString)
                    .containsExactly(message));
  }

  private void replace(String text) throws IOException {
    Path next = Files.writeString(directory.resolve("next.yaml"), text);
    if (Files.isDirectory(file)) {
      Files.delete(file);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** 100 MiB that take no room on the disk. */
  private static void writeHuge(Path file) throws IOException {
    try (RandomAccessFile huge = new RandomAccessFile(file.toFile(), "rw")) {
      huge.setLength(100L << 20);
    }
  }

  /** A file that is no document, and what is said about it after its path. */
  record Bad(String name, String message, Writer writer) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** Puts a bad file in place. */
  interface Writer {
    void write(Path file) throws IOException;
  }
}
