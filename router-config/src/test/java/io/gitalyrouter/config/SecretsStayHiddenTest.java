package io.gitalyrouter.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.gitalyrouter.GitalyRouter;
import io.gitalyrouter.config.source.SourceContent;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Everything that a router says, searched for the secrets that it was given. */
@Timeout(60)
final class SecretsStayHiddenTest {
  private static final String SECRET = "s3cr3t";

  @TempDir private Path directory;

  /** All that was said: logs, events, status, errors. */
  private final List<String> said = new CopyOnWriteArrayList<>();

  private final Logger logger = Logger.getLogger("io.gitalyrouter");
  private final Handler handler = new Listening();
  private Path tokenFile;

  @BeforeEach
  void listen() throws Exception {
    tokenFile = Files.writeString(directory.resolve("token"), SECRET + "-file\n");
    Files.setPosixFilePermissions(tokenFile, PosixFilePermissions.fromString("rw-------"));
    logger.setLevel(Level.ALL);
    handler.setLevel(Level.ALL);
    logger.addHandler(handler);
  }

  @AfterEach
  void stopListening() {
    logger.removeHandler(handler);
    logger.setLevel(null);
  }

  private String document() {
    return """
        version: 1
        storages:
          one:
            local: { address: "unix:/nonexistent/gitaly.socket", insecure_inline_token: s3cr3t-inline }
            network:
              address: "tcp://127.0.0.1:1"
              token_file: TOKEN
        roles:
          network-gitaly: { route: network, storages: [one] }
        hosts:
          git01: { roles: [network-gitaly] }
        """
        .replace("TOKEN", tokenFile.toString());
  }

  private List<String> harmed() {
    String good = document();
    return List.of(
        good.replace("insecure_inline_token", "insecure_inlin_token"),
        good.replace("token_file: " + tokenFile, "token_file: s3cr3t-misplaced"),
        good.replace("token_file: " + tokenFile, "token_file: [s3cr3t-misplaced]"),
        good.replace("token_file: " + tokenFile, "token_file: \"s3cr3t-misplaced"),
        good.replace("token_file: " + tokenFile, "token_file: s3cr3t: s3cr3t"),
        good.replace("tcp://127", "tcp://user:s3cr3t@127"),
        good.replace("tcp://127.0.0.1:1", "s3cr3t-misplaced"),
        good.replace("tcp://127.0.0.1:1", "tcp://s3cr3t-misplaced"),
        good.replace("unix:/nonexistent/gitaly.socket", "unix:s3cr3t-misplaced"),
        good.replace("s3cr3t-inline", "!s3cr3t s3cr3t"),
        good.replace("s3cr3t-inline", "{ s3cr3t: s3cr3t"),
        good.replace("s3cr3t-inline", "'s3cr3t\u0001'"),
        good.replace(
            "token_file: " + tokenFile, "token_file: /a\n      insecure_inline_token: s3cr3t"),
        good.replace("version: 1", "version: 2"));
  }

  @Test
  void no_secret_is_said_whatever_the_document_and_its_files_are() throws Exception {
    ScriptedSource source = ScriptedSource.of(document());
    Path copy = directory.resolve("last-good.yaml");
    FollowOptions options =
        FollowOptions.defaults()
            .withLastGood(copy)
            .withListener(event -> said.add(event.toString()));
    GitalyRouter.Builder builder =
        GitalyRouter.builder().listener(event -> said.add(event.toString()));
    try (ConfiguredRouter router = ConfiguredRouter.open(source, "git01", builder, options)) {
      said.add(full(catchThrowable(() -> call(router))));
      for (String harmed : harmed()) {
        source.deliver(harmed);
        said.add(router.config().toString());
        said.add(full(catchThrowable(() -> ConfigDocument.parse(content(harmed)))));
      }
      Files.writeString(tokenFile, SECRET + "-changed\n" + "x".repeat(5000));
      await().until(() -> said.stream().anyMatch(text -> text.contains("Trouble")));
      Files.setPosixFilePermissions(tokenFile, PosixFilePermissions.fromString("rw-r--r--"));
      source.deliver(document() + "# with a file that is open to others\n");
      said.add(router.config().toString());
      said.add(router.router().status().toString());
    }
    ConfigDocument parsed = ConfigDocument.parse(content(document()));
    said.add(parsed.toString());
    said.add(parsed.tableFor("git01").toString());
    said.add(parsed.whenSilent("git01").toString());

    assertThat(said).hasSizeGreaterThan(30).anyMatch(text -> text.contains("config refused"));
    assertThat(said).noneMatch(text -> text.contains(SECRET + "-") || text.contains(":" + SECRET));
    assertThat(said.stream().filter(text -> text.contains(SECRET)).toList())
        .as("where a secret stands in the place of a key or a tag, nobody can know it")
        .allMatch(text -> text.contains("tag \"!s3cr3t\"") || text.contains("unknown key"));
    assertThat(Files.getPosixFilePermissions(copy))
        .as("the copy holds the document, and with it an inline token")
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  private static void call(ConfiguredRouter router) {
    MethodDescriptor.Marshaller<byte[]> bytes = new Bytes();
    ClientCalls.blockingUnaryCall(
        router.router().channel("one"),
        MethodDescriptor.newBuilder(bytes, bytes)
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("gitaly.RefService/FindDefaultBranchName")
            .build(),
        CallOptions.DEFAULT.withDeadlineAfter(5, TimeUnit.SECONDS),
        new byte[0]);
  }

  private static SourceContent content(String text) {
    return SourceContent.of("router.yaml", text.getBytes(StandardCharsets.UTF_8));
  }

  private static String full(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  /** Messages are never sent: there is no server. */
  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      return new byte[0];
    }
  }

  /** Hears every log, of any level. */
  private final class Listening extends Handler {
    private final SimpleFormatter formatter = new SimpleFormatter();

    @Override
    public void publish(LogRecord entry) {
      said.add(formatter.format(entry));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
