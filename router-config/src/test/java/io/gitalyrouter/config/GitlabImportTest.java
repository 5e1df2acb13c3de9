package io.gitalyrouter.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gitalyrouter.config.imports.GitlabImport;
import io.gitalyrouter.config.imports.ImportOptions;
import io.gitalyrouter.config.imports.ImportedDocument;
import io.gitalyrouter.config.source.SourceContent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GitlabImportTest {
  private static final String GITLAB_YML =
      """
      production: &base
        gitlab: { host: git.example.com, port: 80 }
        gitaly:
          token: s3cr3t-common
        repositories:
          storages:
            default:
              path: /var/opt/gitlab/git-data/repositories/
              gitaly_address: unix:/var/opt/gitlab/gitaly/gitaly.socket
              failure_count_threshold: 10
            nfs-file01:
              path: /var/opt/gitlab/nfs01
              gitaly_address: tcp://file01.example.com:9999
              gitaly_token: 's3cr3t-01'
      development:
        <<: *base
      test:
        repositories:
          storages:
            default: { path: tmp/tests }
      """;

  private static final String DOCUMENT =
      """
      version: 1
      storages:
        "default":
          local: { address: "unix:/var/opt/gitlab/gitaly/gitaly.socket" }
        "nfs-file01":
          local: { address: "unix:/var/opt/gitlab/gitaly/gitaly.socket" }
          network: { address: "tcp://file01.example.com:9999", token_file: "/etc/gitaly-router/nfs-file01.token" }
      roles:
        network-gitaly:
          route: network
          storages: ["nfs-file01"]
          percent: 100
      hosts: {}
      """;

  private static final String RUBY =
      """
      # as on every host
      git_data_dirs({
        "default" => { 'path' => '/var/opt/gitlab/git-data' }, # the old one
        'nfs-file01' => {
          :path => "/var/opt/gitlab/nfs01",
          gitaly_address: 'tcp://file01.example.com:9999',
          "gitaly_token" => 's3cr3t-01',
        },
      })
      """;

  private static ImportedDocument read(String source, String text) {
    return GitlabImport.read(source, text, ImportOptions.DEFAULT);
  }

  private static List<String> problems(String source, String text) {
    InvalidConfigException thrown =
        catchThrowableOfType(InvalidConfigException.class, () -> read(source, text));
    assertThat(thrown).as("refused").isNotNull();
    return thrown.problems().stream().map(ConfigProblem::toString).toList();
  }

  private static ConfigDocument parsed(ImportedDocument document) {
    byte[] bytes = document.text().getBytes(StandardCharsets.UTF_8);
    return ConfigDocument.parse(SourceContent.of("imported.yaml", bytes));
  }

  @Test
  void gitlab_yml_gives_a_document_and_says_what_is_left_to_do() {
    ImportedDocument imported = read("gitlab.yml", GITLAB_YML);

    assertThat(imported.text())
        .isEqualTo(
            DOCUMENT.replaceFirst(
                "gitaly.socket\" }",
                "gitaly.socket\", token_file: \"/etc/gitaly-router/default.token\" }"));
    assertThat(imported.notes())
        .extracting(Object::toString)
        .containsExactly(
            "gitlab.yml:20:7: more storages; the first ones are imported",
            "gitlab.yml:10:34: storage \"default\": \"failure_count_threshold\" has no counterpart and is"
                + " left out",
            "gitlab.yml:4:12: the token of storage \"default\" was not copied; write it to"
                + " /etc/gitaly-router/default.token and run: chmod 0600"
                + " /etc/gitaly-router/default.token",
            "gitlab.yml:14:23: the token of storage \"nfs-file01\" was not copied; write it to"
                + " /etc/gitaly-router/nfs-file01.token and run: chmod 0600"
                + " /etc/gitaly-router/nfs-file01.token",
            "gitlab.yml:12:9: storage \"nfs-file01\" has a network address only; its local side is"
                + " unix:/var/opt/gitlab/gitaly/gitaly.socket",
            "gitlab.yml:7:7: no host has the role network-gitaly yet; add one under hosts:");
    assertThat(parsed(imported).tableFor("git01").storages())
        .containsOnlyKeys("default", "nfs-file01");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        RUBY,
        """
        gitlab_rails['repositories_storages'] = {
          "default" => { "path" => "/d" },
          "nfs-file01" => { "gitaly_address" => "tcp://file01.example.com:9999" }
        }
        gitlab_rails['gitaly_token'] = 's3cr3t-common'
        """,
        """
        { 'default': { 'path' => '/d' },
          'nfs-file01': { gitaly_address: "tcp://file01.example.com:9999", gitaly_token: 's3cr3t' } }
        """,
        """
        { "override_attributes": { "omnibus-gitlab": { "gitlab_rb": { "git_data_dirs": {
          "default": { "path": "/d" },
          "nfs-file01": { "gitaly_address": "tcp://file01.example.com:9999", "gitaly_token": "s3cr3t" }
        } } } } }
        """,
        """
        default: { path: /d }
        nfs-file01: { gitaly_address: "tcp://file01.example.com:9999", gitaly_token: s3cr3t }
        """
      })
  void every_form_gives_the_same_document(String text) {
    assertThat(read("fragment", text).text()).isEqualTo(DOCUMENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {RUBY, GITLAB_YML})
  void secrets_are_nowhere_in_the_result(String text) {
    assertThat(read("fragment", text)).asString().doesNotContain("s3cr3t");
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of(
            "git_data_dirs({ 'a' => { 'gitaly_address' => ENV['S3CR3T'] } })",
            "f.rb:1:46: not a literal, and not evaluated"),
        Arguments.of("system('rm')", "f.rb:1:1: not a literal, and not evaluated"),
        Arguments.of(
            "git_data_dirs({ 'a' => { 'gitaly_token' => \"s3cr3t#{x}\" } })",
            "f.rb:1:51: an interpolation, which is not evaluated"),
        Arguments.of("git_data_dirs({\n 'a' => 's3cr3t", "f.rb:2:9: a text without its end"),
        Arguments.of("git_data_dirs({ 'a' => {} }", "f.rb:1:28: not understood (expected: ))"),
        Arguments.of(
            "git_data_dirs({ 'a' => {}, 'a' => {} })", "f.rb:1:28: a key that is there twice"),
        Arguments.of("{ 'a' => { 'path' => '/' } } + x", "f.rb:1:30: more text after the hash"),
        Arguments.of("git_data_dirs({ 'a' => 1 })", "f.rb:1:24 a: not a storage"),
        Arguments.of("git_data_dirs({})", "f.rb:1:1: no storages found"),
        Arguments.of("", "f.rb:1:1: no storages found"),
        Arguments.of(
            "git_data_dirs({ 'a' => { 'gitaly_address' => 'tcp://u:s3cr3t@h:1' } })",
            "f.rb:1:46 a: an address with a user"),
        Arguments.of(
            "git_data_dirs({ 'a' => { 'gitaly_address' => 'unix:relative' } })", "f.rb:1:46 a: "),
        Arguments.of("git_data_dirs(" + "[".repeat(5000), "f.rb:1:46: nested more than 30 levels"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void ruby_that_is_no_literal_is_refused_where_it_begins(String text, String problem) {
    assertThat(problems("f.rb", text))
        .singleElement()
        .asString()
        .startsWith(problem)
        .doesNotContain("s3cr3t");
  }

  static Stream<Arguments> badYaml() {
    return Stream.of(
        Arguments.of("a: [1", "g.yml:1:6: not valid YAML: "),
        Arguments.of("", "g.yml: empty"),
        Arguments.of("# nothing\n", "g.yml: empty"),
        Arguments.of("a: 1\n", "g.yml:1:1: no storages found"),
        Arguments.of("a: { path: /x, path: /y }\n", "g.yml:1:16: a key that is there twice"),
        Arguments.of("? [a]\n: 1\n", "g.yml:1:3: a key that is no name"),
        Arguments.of("a: &a { path: *a }\n", "g.yml:1:15: an alias before its anchor is complete"),
        Arguments.of("[".repeat(100_000), "g.yml:1:32: nested more than 30 levels deep"));
  }

  @ParameterizedTest
  @MethodSource("badYaml")
  void bad_yaml_is_refused_at_its_place(String text, String problem) {
    assertThat(problems("g.yml", text)).singleElement().asString().startsWith(problem);
  }

  @Test
  void aliases_that_multiply_cost_nothing() {
    String bomb =
        Stream.iterate(1, i -> i + 1)
            .limit(25)
            .map(i -> "a" + i + ": &a" + i + " [" + ("*a" + (i - 1) + ", ").repeat(9) + "]\n")
            .collect(
                Collectors.joining(
                    "", "a0: &a0 [x]\n", "repositories: { storages: { s: { path: /s } } }\n"));
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(5), () -> assertThat(read("g.yml", bomb).notes()).hasSize(2));
  }

  @Test
  void names_with_any_characters_survive() {
    String name = "a\"b\\c: {d}\u2028#é";
    String json =
        "{\"git_data_dirs\": {\"a\\\"b\\\\c: {d}\\u2028#é\": {\"gitaly_address\": \"tls://h:1\", \"gitaly_token\": \"x\"}}}";
    ImportedDocument imported = read("chef.json", json);

    assertThat(parsed(imported).storages()).containsOnlyKeys(name);
    assertThat(imported.text()).containsPattern("/storage-[0-9a-f]+\\.token");
  }

  @Test
  void options_say_what_the_text_does_not() {
    ImportOptions options =
        ImportOptions.DEFAULT
            .withLocalAddress("unix:/run/g.sock")
            .withTokenDirectory("/run/tokens");

    assertThat(GitlabImport.read("f.rb", RUBY, options).text())
        .contains("local: { address: \"unix:/run/g.sock\" }")
        .contains("token_file: \"/run/tokens/nfs-file01.token\"");
  }
}
