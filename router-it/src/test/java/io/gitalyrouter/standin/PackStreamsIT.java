package io.gitalyrouter.standin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.gitalyrouter.it.proto.BlobServiceGrpc;
import io.gitalyrouter.it.proto.GetBlobRequest;
import io.gitalyrouter.it.proto.GetBlobResponse;
import io.gitalyrouter.it.proto.InfoRefsRequest;
import io.gitalyrouter.it.proto.InfoRefsResponse;
import io.gitalyrouter.it.proto.PostReceivePackRequest;
import io.gitalyrouter.it.proto.PostReceivePackResponse;
import io.gitalyrouter.it.proto.Repository;
import io.gitalyrouter.it.proto.RepositoryExistsRequest;
import io.gitalyrouter.it.proto.RepositoryServiceGrpc;
import io.gitalyrouter.it.proto.SSHReceivePackRequest;
import io.gitalyrouter.it.proto.SSHReceivePackResponse;
import io.gitalyrouter.it.proto.SSHServiceGrpc;
import io.gitalyrouter.it.proto.SSHUploadPackRequest;
import io.gitalyrouter.it.proto.SSHUploadPackResponse;
import io.gitalyrouter.it.proto.SmartHTTPServiceGrpc;
import io.gitalyrouter.standin.journal.JournalFile;
import io.grpc.Channel;
import io.grpc.stub.BlockingClientCall;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.jgit.transport.PacketLineIn;
import org.eclipse.jgit.transport.PacketLineOut;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Advertisements, fetches and pushes, byte for byte what git speaks. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PackStreamsIT {
  private static final String ZERO = "0".repeat(40);
  private static final int HUGE_BLOB = 160 * 1024 * 1024;
  private static final int LARGEST_CHUNK = 128 * 1024;

  private final Dial dial = new Dial();
  private final Repository sample = SampleRepository.message("default");
  private GitCli git;
  private StandInProcess server;
  private Channel channel;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    Path storage = Files.createDirectories(directory.resolve("storage"));
    git = SampleRepository.create(storage, directory).git();
    server =
        StandInProcess.start(
            StandInLaunch.in(directory).withStorage("default", storage).withUnix());
    channel = dial.to(server.unixAddress());
  }

  @AfterAll
  void stop() {
    dial.close();
    server.close();
  }

  @Test
  void upload_advertisement_has_the_references_that_git_advertises() throws Exception {
    PacketLineIn lines = infoRefs("");
    assertThat(lines.readString()).isEqualTo("# service=git-upload-pack");
    assertThat(PacketLineIn.isEnd(lines.readString())).isTrue();

    Set<String> ours = references(lines);
    Set<String> gits =
        references(
            new PacketLineIn(
                new ByteArrayInputStream(
                    git.bytes("upload-pack", "--stateless-rpc", "--advertise-refs", "."))));

    assertThat(ours).isEqualTo(gits).hasSizeGreaterThan(4);
  }

  @Test
  void upload_advertisement_of_version_2_has_no_references() throws Exception {
    PacketLineIn lines = infoRefs("version=2");
    assertThat(lines.readString()).isEqualTo("# service=git-upload-pack");
    assertThat(PacketLineIn.isEnd(lines.readString())).isTrue();

    List<String> capabilities = new ArrayList<>();
    for (String line : lines.readStrings()) {
      capabilities.add(line);
    }

    assertThat(capabilities.get(0)).isEqualTo("version 2");
    assertThat(capabilities).anyMatch(line -> line.startsWith("ls-refs"));
    assertThat(capabilities).anyMatch(line -> line.startsWith("fetch="));
  }

  @Test
  void receive_advertisement_has_the_references_that_git_advertises() throws Exception {
    PacketLineIn lines =
        lines(
            SmartHTTPServiceGrpc.newBlockingStub(channel)
                .infoRefsReceivePack(InfoRefsRequest.newBuilder().setRepository(sample).build()));
    assertThat(lines.readString()).isEqualTo("# service=git-receive-pack");
    assertThat(PacketLineIn.isEnd(lines.readString())).isTrue();

    assertThat(references(lines))
        .isEqualTo(
            references(
                new PacketLineIn(
                    new ByteArrayInputStream(
                        git.bytes("receive-pack", "--stateless-rpc", "--advertise-refs", ".")))))
        .hasSizeGreaterThan(3);
  }

  @Test
  void push_over_http_moves_the_reference_and_is_executed_once() throws Exception {
    String commit = newCommit("main");
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    PacketLineOut lines = new PacketLineOut(body);
    lines.writeString(ZERO + " " + commit + " refs/heads/pushed\0report-status");
    lines.end();
    body.write(pack(commit, "main"));
    // The pack must arrive with the push: without it the server cannot have the commit.
    git.run("prune", "--expire=now");

    var call =
        SmartHTTPServiceGrpc.newBlockingV2Stub(Dial.withCallId(channel, "push-http"))
            .postReceivePack();
    call.write(PostReceivePackRequest.newBuilder().setRepository(sample).build());
    for (ByteString part : parts(body.toByteArray())) {
      call.write(PostReceivePackRequest.newBuilder().setData(part).build());
    }
    call.halfClose();
    ByteArrayOutputStream report = new ByteArrayOutputStream();
    for (PostReceivePackResponse answer = call.read(); answer != null; answer = call.read()) {
      answer.getData().writeTo(report);
    }

    assertThat(report.toString(UTF_8)).contains("unpack ok").contains("ok refs/heads/pushed");
    assertThat(git.run("rev-parse", "refs/heads/pushed")).isEqualTo(commit);
    assertThat(git.run("fsck", "--connectivity-only")).isEmpty();
    assertExecutedOnce("push-http");
  }

  @Test
  void push_over_ssh_moves_the_reference_and_is_executed_once() throws Exception {
    String commit = newCommit("side");
    byte[] pack = pack(commit, "side");
    git.run("prune", "--expire=now");
    var call =
        SSHServiceGrpc.newBlockingV2Stub(Dial.withCallId(channel, "push-ssh")).sSHReceivePack();
    call.write(SSHReceivePackRequest.newBuilder().setRepository(sample).build());
    ByteArrayOutputStream advertised = new ByteArrayOutputStream();
    while (!advertised.toString(UTF_8).endsWith("0000")) {
      call.read().getStdout().writeTo(advertised);
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    PacketLineOut lines = new PacketLineOut(body);
    lines.writeString(ZERO + " " + commit + " refs/heads/pushed-ssh\0report-status");
    lines.end();
    body.write(pack);
    for (ByteString part : parts(body.toByteArray())) {
      call.write(SSHReceivePackRequest.newBuilder().setStdin(part).build());
    }
    call.halfClose();
    ByteArrayOutputStream report = new ByteArrayOutputStream();
    List<Integer> exits = new ArrayList<>();
    for (SSHReceivePackResponse answer = call.read(); answer != null; answer = call.read()) {
      answer.getStdout().writeTo(report);
      if (answer.hasExitStatus()) {
        exits.add(answer.getExitStatus().getValue());
      }
    }

    assertThat(report.toString(UTF_8)).contains("unpack ok").contains("ok refs/heads/pushed-ssh");
    assertThat(exits).containsExactly(0);
    assertThat(git.run("rev-parse", "refs/heads/pushed-ssh")).isEqualTo(commit);
    assertExecutedOnce("push-ssh");
  }

  @Test
  void fetch_over_ssh_brings_a_pack_that_git_accepts(@TempDir Path directory) throws Exception {
    String wanted = git.run("rev-parse", "main");
    var call = SSHServiceGrpc.newBlockingV2Stub(channel).sSHUploadPack();
    call.write(
        SSHUploadPackRequest.newBuilder()
            .setRepository(sample)
            .setGitProtocol("version=2")
            .build());
    ByteArrayOutputStream greeting = new ByteArrayOutputStream();
    while (!greeting.toString(UTF_8).endsWith("0000")) {
      call.read().getStdout().writeTo(greeting);
    }
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    PacketLineOut lines = new PacketLineOut(request);
    lines.writeString("command=fetch");
    lines.writeDelim();
    lines.writeString("want " + wanted);
    lines.writeString("done");
    lines.end();
    call.write(
        SSHUploadPackRequest.newBuilder()
            .setStdin(ByteString.copyFrom(request.toByteArray()))
            .build());
    call.halfClose();
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    int exit = drain(call, answer);

    assertThat(greeting.toString(UTF_8)).contains("version 2");
    assertThat(exit).isZero();
    GitCli fresh = new GitCli(directory);
    fresh.run("init", "-q", "--bare", ".");
    fresh.bytes(packOf(answer.toByteArray()), "index-pack", "--stdin", "--fix-thin");
    assertThat(fresh.run("rev-list", "--count", wanted))
        .isEqualTo(git.run("rev-list", "--count", wanted));
  }

  @Test
  void client_that_does_not_read_leaves_the_server_healthy_and_then_gets_all() throws Exception {
    byte[] huge = new byte[HUGE_BLOB];
    new Random(2).nextBytes(huge);
    String oid = new String(git.bytes(huge, "hash-object", "-w", "--stdin"), UTF_8).strip();
    var call =
        BlobServiceGrpc.newBlockingV2Stub(channel)
            .getBlob(
                GetBlobRequest.newBuilder().setRepository(sample).setOid(oid).setLimit(-1).build());
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    call.read().getData().asReadOnlyByteBufferList().forEach(digest::update);
    // A server that ran ahead would fill its memory with what is not read now.
    await().during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(20)).until(this::isServing);
    for (GetBlobResponse part = call.read(); part != null; part = call.read()) {
      part.getData().asReadOnlyByteBufferList().forEach(digest::update);
    }

    assertThat(digest.digest()).isEqualTo(MessageDigest.getInstance("SHA-256").digest(huge));
    assertThat(server.isAlive()).isTrue();
  }

  private boolean isServing() {
    return RepositoryServiceGrpc.newBlockingStub(channel)
        .repositoryExists(RepositoryExistsRequest.newBuilder().setRepository(sample).build())
        .getExists();
  }

  private static int drain(
      BlockingClientCall<SSHUploadPackRequest, SSHUploadPackResponse> call,
      ByteArrayOutputStream target)
      throws Exception {
    int exit = -1;
    for (SSHUploadPackResponse answer = call.read(); answer != null; answer = call.read()) {
      assertThat(answer.getStdout().size()).isLessThanOrEqualTo(LARGEST_CHUNK);
      answer.getStdout().writeTo(target);
      exit = answer.hasExitStatus() ? answer.getExitStatus().getValue() : exit;
    }
    return exit;
  }

  /** The bytes of side band one that follow the line that announces the pack. */
  private static byte[] packOf(byte[] answer) throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(answer);
    assertThat(new PacketLineIn(in).readString()).isEqualTo("packfile");
    ByteArrayOutputStream pack = new ByteArrayOutputStream();
    while (true) {
      int length = Integer.parseInt(new String(in.readNBytes(4), UTF_8), 16);
      if (length == 0) {
        return pack.toByteArray();
      }
      byte[] line = in.readNBytes(length - 4);
      if (line[0] == 1) {
        pack.write(line, 1, line.length - 1);
      }
    }
  }

  private void assertExecutedOnce(String callId) throws IOException {
    List<JournalFile.Entry> executions =
        server.executions().stream().filter(e -> e.callId().equals(callId)).toList();
    assertThat(executions).hasSize(1);
    assertThat(executions.get(0).status()).hasValue("OK");
  }

  private PacketLineIn infoRefs(String protocol) throws IOException {
    return lines(
        SmartHTTPServiceGrpc.newBlockingStub(channel)
            .infoRefsUploadPack(
                InfoRefsRequest.newBuilder()
                    .setRepository(sample)
                    .setGitProtocol(protocol)
                    .build()));
  }

  private static PacketLineIn lines(Iterator<InfoRefsResponse> answer) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (answer.hasNext()) {
      answer.next().getData().writeTo(bytes);
    }
    return new PacketLineIn(new ByteArrayInputStream(bytes.toByteArray()));
  }

  private static Set<String> references(PacketLineIn lines) throws IOException {
    Set<String> references = new TreeSet<>();
    for (String line : lines.readStrings()) {
      int capabilities = line.indexOf('\0');
      references.add(capabilities < 0 ? line : line.substring(0, capabilities));
    }
    return references;
  }

  private String newCommit(String parent) {
    return git.run("commit-tree", "-p", parent, "-m", "Pushed on " + parent, parent + "^{tree}");
  }

  private byte[] pack(String commit, String base) {
    return git.bytes(
        (commit + "\n^" + git.run("rev-parse", base) + "\n").getBytes(UTF_8),
        "pack-objects",
        "--revs",
        "--stdout",
        "-q");
  }

  private static List<ByteString> parts(byte[] body) {
    ByteString all = ByteString.copyFrom(body);
    // Cut within the first line, so that the server must wait for the rest of it.
    return List.of(all.substring(0, 10), all.substring(10));
  }
}
