package io.gitalyrouter.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TokenTest {
  @TempDir Path directory;

  private Path file(String content, String permissions) throws IOException {
    Path file = directory.resolve("token");
    Files.writeString(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    return file;
  }

  @Test
  void secret_is_the_content_without_the_line_end() throws IOException {
    Token token = Token.file(file("s3cret\n", "rw-r-----"));
    assertThat(new String(token.secret(), StandardCharsets.UTF_8)).isEqualTo("s3cret");
  }

  @Test
  void file_open_to_others_is_refused_with_the_command_that_mends_it() throws IOException {
    Path file = file("s3cret", "rw-r--r--");
    assertThatThrownBy(() -> Token.file(file).secret())
        .hasMessageContaining("open to other users")
        .hasMessageContaining("chmod o-rwx " + file)
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void missing_empty_and_oversized_files_are_refused() throws IOException {
    assertThatThrownBy(() -> Token.file(directory.resolve("none")).secret())
        .hasMessageContaining("does not exist");
    Path empty = file(" \n", "rw-------");
    assertThatThrownBy(() -> Token.file(empty).secret()).hasMessageContaining("is empty");
    Path large = file("x".repeat(4097), "rw-------");
    assertThatThrownBy(() -> Token.file(large).secret()).hasMessageContaining("larger than 4096");
  }

  @Test
  void text_form_never_shows_the_secret() {
    assertThat(Token.literal("s3cret").toString()).isEqualTo("literal(redacted)");
    assertThat(Endpoint.parse("tcp://file01:1").withToken(Token.literal("s3cret")).toString())
        .doesNotContain("s3cret");
  }

  @Test
  void equal_sources_are_equal_tokens() {
    assertThat(Token.literal("a")).isEqualTo(Token.literal("a")).isNotEqualTo(Token.literal("b"));
    assertThat(Token.file(Path.of("/a"))).isEqualTo(Token.file(Path.of("/a")));
    assertThat(Token.none().isNone()).isTrue();
  }
}
