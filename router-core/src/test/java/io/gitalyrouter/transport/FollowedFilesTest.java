package io.gitalyrouter.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitalyrouter.event.RouterEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FollowedFilesTest {
  @TempDir private Path directory;
  private final List<RouterEvent> events = new ArrayList<>();
  private final List<String> used = new ArrayList<>();
  private final FollowedFiles files = new FollowedFiles("network tls://a:1", events::add, 0);
  private Path left;
  private Path right;
  private int reads;
  private long now;

  @BeforeEach
  void follow() throws IOException {
    left = Files.writeString(directory.resolve("left"), "1");
    right = Files.writeString(directory.resolve("right"), "1");
    files.follow(List.of(left, right), this::read, "the one before is used");
  }

  /** Both files must hold the same, as a certificate and its key must fit. */
  private void read() throws IOException {
    reads++;
    String content = Files.readString(left);
    if (!content.equals(Files.readString(right))) {
      throw new IOException("the files differ");
    }
    if (Files.getPosixFilePermissions(left).contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new IOException("left is open");
    }
    used.add(content);
  }

  private void secondPasses() {
    now += Duration.ofSeconds(1).toNanos();
    files.tick(now);
  }

  private void replace(Path file, String content) throws IOException {
    Path next = Files.writeString(directory.resolve("next"), content);
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void files_that_stay_are_read_once() {
    secondPasses();
    secondPasses();
    assertThat(reads).isEqualTo(1);
  }

  @Test
  void change_is_used_at_the_next_look_however_it_came() throws IOException {
    Files.writeString(left, "22");
    Files.writeString(right, "22");
    files.tick(now + Duration.ofMillis(900).toNanos());
    assertThat(used).as("too early").containsExactly("1");
    secondPasses();
    replace(left, "3");
    replace(right, "3");
    secondPasses();
    assertThat(used).containsExactly("1", "22", "3");
  }

  @Test
  void copy_that_keeps_size_and_time_is_seen() throws IOException {
    FileTime time = Files.getLastModifiedTime(left);
    for (Path file : List.of(left, right)) {
      Files.writeString(file, "2");
      Files.setLastModifiedTime(file, time);
    }
    secondPasses();
    assertThat(used).containsExactly("1", "2");
  }

  @Test
  void writer_between_two_files_has_a_second_and_then_is_told_once() throws IOException {
    replace(left, "2");
    secondPasses();
    assertThat(events).isEmpty();
    secondPasses();
    secondPasses();
    secondPasses();
    assertThat(events)
        .containsExactly(
            new RouterEvent.Trouble(
                "network tls://a:1", "the files differ", "the one before is used"));
    assertThat(reads).as("not read again while nothing changes").isEqualTo(3);

    replace(right, "2");
    secondPasses();
    assertThat(used).containsExactly("1", "2");
    assertThat(events).hasSize(1);
  }

  @Test
  void writer_that_is_done_within_a_second_is_not_told_of() throws IOException {
    replace(left, "2");
    secondPasses();
    replace(right, "2");
    secondPasses();
    secondPasses();
    assertThat(used).containsExactly("1", "2");
    assertThat(events).isEmpty();
  }

  @Test
  void file_that_was_taken_away_and_comes_back_is_used() throws IOException {
    Files.delete(left);
    secondPasses();
    secondPasses();
    assertThat(events).hasSize(1);
    Files.writeString(left, "2");
    Files.writeString(right, "2");
    secondPasses();
    assertThat(used).containsExactly("1", "2");
  }

  @Test
  void permissions_that_are_mended_are_noticed() throws IOException {
    Files.setPosixFilePermissions(left, PosixFilePermissions.fromString("rw-rw-rw-"));
    secondPasses();
    secondPasses();
    assertThat(events).hasSize(1);
    Files.setPosixFilePermissions(left, PosixFilePermissions.fromString("rw-------"));
    secondPasses();
    assertThat(used).containsExactly("1", "1");
  }

  @Test
  void files_that_cannot_be_used_at_first_are_refused() throws IOException {
    Path other = Files.writeString(directory.resolve("other"), "2");
    assertThatThrownBy(
            () ->
                files.follow(
                    List.of(other),
                    () -> {
                      throw new IOException("no");
                    },
                    ""))
        .hasMessage("no");
  }
}
