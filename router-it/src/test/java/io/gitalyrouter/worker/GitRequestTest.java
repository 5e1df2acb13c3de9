package io.gitalyrouter.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GitRequestTest {

  @Test
  void new_client_asks_for_a_protocol_version() {
    assertThat(parse("git-upload-pack /group/project.git\0host=localhost:9418\0\0version=2\0"))
        .isEqualTo(
            new GitRequest(GitRequest.Service.UPLOAD_PACK, "group/project.git", "version=2"));
  }

  @Test
  void old_client_asks_for_none() {
    assertThat(parse("git-receive-pack /project.git\0host=localhost\0"))
        .isEqualTo(new GitRequest(GitRequest.Service.RECEIVE_PACK, "project.git", ""));
    assertThat(parse("git-upload-pack /project.git\n"))
        .isEqualTo(new GitRequest(GitRequest.Service.UPLOAD_PACK, "project.git", ""));
  }

  @Test
  void several_parameters_are_joined_as_in_the_environment() {
    assertThat(
            parse("git-upload-pack /p.git\0host=h\0\0version=2\0object-format=sha1\0").protocol())
        .isEqualTo("version=2:object-format=sha1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "git-upload-archive /p.git\0host=h\0",
        "git-upload-pack",
        "git-upload-pack /\0host=h\0",
        "git-upload-pack relative.git\0host=h\0",
        "git-upload-pack /../secret.git\0host=h\0",
        "git-upload-pack /a/./b.git\0host=h\0",
        "git-upload-pack //double.git\0host=h\0"
      })
  void anything_else_is_refused_with_what_was_expected(String line) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse(line))
        .withMessageContaining("expected:");
  }

  private static GitRequest parse(String line) {
    return GitRequest.parse(line.getBytes(UTF_8));
  }
}
