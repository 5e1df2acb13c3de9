package io.gitalyrouter.standin;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.gitalyrouter.it.proto.BlobServiceGrpc;
import io.gitalyrouter.it.proto.CheckObjectsExistRequest;
import io.gitalyrouter.it.proto.CheckObjectsExistResponse;
import io.gitalyrouter.it.proto.CommitServiceGrpc;
import io.gitalyrouter.it.proto.CountCommitsRequest;
import io.gitalyrouter.it.proto.FindCommitRequest;
import io.gitalyrouter.it.proto.FindCommitResponse;
import io.gitalyrouter.it.proto.FindDefaultBranchNameRequest;
import io.gitalyrouter.it.proto.GetBlobRequest;
import io.gitalyrouter.it.proto.GitCommit;
import io.gitalyrouter.it.proto.ListCommitsRequest;
import io.gitalyrouter.it.proto.ListRefsRequest;
import io.gitalyrouter.it.proto.RefExistsRequest;
import io.gitalyrouter.it.proto.RefServiceGrpc;
import io.gitalyrouter.it.proto.Repository;
import io.grpc.Channel;
import io.grpc.stub.BlockingClientCall;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a real process reads from a repository, over both transports, compared with git. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ReadRpcsIT {
  private static final String UNIX = "unix";
  private static final String TCP = "tcp";

  private final Dial dial = new Dial();
  private final Repository sample = SampleRepository.message("default");
  private Path storage;
  private GitCli git;
  private StandInProcess server;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    storage = Files.createDirectories(directory.resolve("storage"));
    git = SampleRepository.create(storage, directory).git();
    server =
        StandInProcess.start(
            StandInLaunch.in(directory).withStorage("default", storage).withUnix().withTcp());
  }

  @AfterAll
  void stop() {
    dial.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {UNIX, TCP})
  void references_are_those_that_git_lists(String transport) {
    var refs = RefServiceGrpc.newBlockingStub(channel(transport));

    List<String> listed = new ArrayList<>();
    refs.listRefs(
            ListRefsRequest.newBuilder()
                .setRepository(sample)
                .addPatterns(ByteString.copyFromUtf8("refs/"))
                .setPeelTags(true)
                .build())
        .forEachRemaining(
            page ->
                page.getReferencesList()
                    .forEach(
                        r ->
                            listed.add(
                                r.getName().toStringUtf8()
                                    + " "
                                    + r.getTarget()
                                    + " ["
                                    + r.getPeeledTarget()
                                    + "]")));

    assertThat(listed)
        .containsExactlyElementsOf(
            git.lines("for-each-ref", "--format=%(refname) %(objectname) [%(*objectname)]"));
    assertThat(
            refs.findDefaultBranchName(
                    FindDefaultBranchNameRequest.newBuilder().setRepository(sample).build())
                .getName()
                .toStringUtf8())
        .isEqualTo(git.run("symbolic-ref", "HEAD"));
    assertThat(refExists(transport, "refs/tags/heavy")).isTrue();
    assertThat(refExists(transport, "refs/heads/none")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {UNIX, TCP})
  void references_by_pattern_and_date_are_those_that_git_lists(String transport) {
    var refs = RefServiceGrpc.newBlockingStub(channel(transport));
    for (String pattern : List.of("refs/heads", "refs/heads/", "refs/tags/h*", "refs/t*/light")) {
      List<String> listed = new ArrayList<>();
      refs.listRefs(
              ListRefsRequest.newBuilder()
                  .setRepository(sample)
                  .addPatterns(ByteString.copyFromUtf8(pattern))
                  .setSortBy(
                      ListRefsRequest.SortBy.newBuilder()
                          .setKey(ListRefsRequest.SortBy.Key.CREATORDATE))
                  .build())
          .forEachRemaining(
              page ->
                  page.getReferencesList().forEach(r -> listed.add(r.getName().toStringUtf8())));

      assertThat(listed)
          .as(pattern)
          .containsExactlyElementsOf(
              git.lines("for-each-ref", "--sort=creatordate", "--format=%(refname)", pattern));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {UNIX, TCP})
  void commit_is_the_one_that_git_shows(String transport) {
    GitCommit commit = findCommit(transport, "main~2").getCommit();

    assertThat(
            List.of(
                commit.getId(),
                commit.getSubject().toStringUtf8(),
                commit.getBody().toStringUtf8().strip(),
                commit.getTreeId(),
                String.join(" ", commit.getParentIdsList()),
                commit.getAuthor().getName().toStringUtf8(),
                commit.getCommitter().getEmail().toStringUtf8(),
                Long.toString(commit.getCommitter().getDate().getSeconds()),
                commit.getTrailers(0).getKey().toStringUtf8()))
        .containsExactly(
            git.run("rev-parse", "main~2"),
            git.run("log", "-1", "--format=%s", "main~2"),
            git.run("log", "-1", "--format=%B", "main~2"),
            git.run("log", "-1", "--format=%T", "main~2"),
            git.run("log", "-1", "--format=%P", "main~2"),
            git.run("log", "-1", "--format=%an", "main~2"),
            git.run("log", "-1", "--format=%ce", "main~2"),
            git.run("log", "-1", "--format=%ct", "main~2"),
            "Signed-off-by");
    assertThat(findCommit(transport, "none").hasCommit()).isFalse();
    assertThat(findCommit(transport, "1".repeat(40)).hasCommit()).isFalse();
    assertThat(findCommit(transport, "heavy").getCommit().getId())
        .isEqualTo(git.run("rev-parse", "heavy^{commit}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {UNIX, TCP})
  void listed_commits_are_those_of_rev_list(String transport) {
    List<List<String>> queries =
        List.of(
            List.of("main"),
            List.of("side..main"),
            List.of("side...main~1"),
            List.of("main", "^side"),
            List.of("--all"),
            List.of("main", "--not", "heavy"));
    for (List<String> query : queries) {
      assertThat(listCommits(transport, ListCommitsRequest.newBuilder().addAllRevisions(query)))
          .as("%s", query)
          .containsExactlyInAnyOrderElementsOf(git.lines(arguments("rev-list", query)));
      assertThat(countCommits(transport, query.get(0)))
          .isEqualTo(
              query.get(0).equals("--all")
                  ? 8
                  : Integer.parseInt(git.run("rev-list", "--count", query.get(0))));
    }
    assertThat(
            listCommits(
                transport,
                ListCommitsRequest.newBuilder().addRevisions("main").setFirstParent(true)))
        .containsExactlyElementsOf(git.lines("rev-list", "--first-parent", "main"));
    assertThat(
            listCommits(
                transport, ListCommitsRequest.newBuilder().addRevisions("main").setMaxParents(1)))
        .hasSize(git.lines("rev-list", "--max-parents=1", "main").size());
  }

  @ParameterizedTest
  @ValueSource(strings = {UNIX, TCP})
  void objects_exist_as_git_says_message_by_message(String transport) throws Exception {
    BlockingClientCall<CheckObjectsExistRequest, CheckObjectsExistResponse> call =
        CommitServiceGrpc.newBlockingV2Stub(channel(transport)).checkObjectsExist();
    call.write(
        CheckObjectsExistRequest.newBuilder()
            .setRepository(sample)
            .addRevisions(ByteString.copyFromUtf8("main"))
            .addRevisions(ByteString.copyFromUtf8("1".repeat(40)))
            .build());
    CheckObjectsExistResponse first = call.read();
    call.write(
        CheckObjectsExistRequest.newBuilder()
            .addRevisions(ByteString.copyFromUtf8(git.run("rev-parse", "main:big")))
            .build());
    CheckObjectsExistResponse second = call.read();
    call.halfClose();

    assertThat(first.getRevisionsList())
        .extracting(r -> r.getExists())
        .containsExactly(true, false);
    assertThat(second.getRevisionsList()).extracting(r -> r.getExists()).containsExactly(true);
    assertThat(call.read()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {UNIX, TCP})
  void blob_comes_in_chunks_and_whole(String transport) {
    String oid = git.run("rev-parse", "main:big");
    Iterator<io.gitalyrouter.it.proto.GetBlobResponse> answer =
        BlobServiceGrpc.newBlockingStub(channel(transport))
            .getBlob(
                GetBlobRequest.newBuilder().setRepository(sample).setOid(oid).setLimit(-1).build());
    List<Integer> sizes = new ArrayList<>();
    ByteString data = ByteString.EMPTY;
    while (answer.hasNext()) {
      ByteString chunk = answer.next().getData();
      sizes.add(chunk.size());
      data = data.concat(chunk);
    }

    assertThat(sizes).containsExactly(131_072, 131_072, SampleRepository.BIG_BLOB - 262_144);
    assertThat(data.toByteArray()).isEqualTo(git.bytes("cat-file", "blob", oid));
  }

  private Channel channel(String transport) {
    return dial.to(transport.equals(UNIX) ? server.unixAddress() : server.tcpAddress());
  }

  private boolean refExists(String transport, String ref) {
    return RefServiceGrpc.newBlockingStub(channel(transport))
        .refExists(
            RefExistsRequest.newBuilder()
                .setRepository(sample)
                .setRef(ByteString.copyFromUtf8(ref))
                .build())
        .getValue();
  }

  private FindCommitResponse findCommit(String transport, String revision) {
    return CommitServiceGrpc.newBlockingStub(channel(transport))
        .findCommit(
            FindCommitRequest.newBuilder()
                .setRepository(sample)
                .setRevision(ByteString.copyFromUtf8(revision))
                .setTrailers(true)
                .build());
  }

  private List<String> listCommits(String transport, ListCommitsRequest.Builder request) {
    List<String> ids = new ArrayList<>();
    CommitServiceGrpc.newBlockingStub(channel(transport))
        .listCommits(request.setRepository(sample).build())
        .forEachRemaining(page -> page.getCommitsList().forEach(commit -> ids.add(commit.getId())));
    return ids;
  }

  private int countCommits(String transport, String revision) {
    CountCommitsRequest.Builder request = CountCommitsRequest.newBuilder().setRepository(sample);
    if (revision.equals("--all")) {
      request.setAll(true);
    } else {
      request.setRevision(ByteString.copyFromUtf8(revision));
    }
    return CommitServiceGrpc.newBlockingStub(channel(transport))
        .countCommits(request.build())
        .getCount();
  }

  private static String[] arguments(String command, List<String> more) {
    String[] all = Arrays.copyOf(new String[] {command}, more.size() + 1);
    for (int i = 0; i < more.size(); i++) {
      all[i + 1] = more.get(i);
    }
    return all;
  }
}
