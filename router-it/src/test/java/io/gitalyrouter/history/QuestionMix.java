package io.gitalyrouter.history;

import static com.google.protobuf.ByteString.copyFromUtf8;

import com.google.protobuf.ByteString;
import io.gitalyrouter.history.ObservedCall.Kind;
import io.gitalyrouter.it.proto.CheckObjectsExistRequest;
import io.gitalyrouter.it.proto.CheckObjectsExistResponse;
import io.gitalyrouter.it.proto.CommitServiceGrpc;
import io.gitalyrouter.it.proto.FindDefaultBranchNameRequest;
import io.gitalyrouter.it.proto.ListRefsRequest;
import io.gitalyrouter.it.proto.ListRefsResponse;
import io.gitalyrouter.it.proto.ObjectFormatRequest;
import io.gitalyrouter.it.proto.RefExistsRequest;
import io.gitalyrouter.it.proto.RefServiceGrpc;
import io.gitalyrouter.it.proto.Repository;
import io.gitalyrouter.it.proto.RepositoryExistsRequest;
import io.gitalyrouter.it.proto.RepositoryServiceGrpc;
import io.gitalyrouter.it.proto.WriteRefRequest;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Draws questions: nearly all cheap, of three stream kinds. <em>Immutable.</em> */
final class QuestionMix {
  /** The storage's name. */
  static final String STORAGE = "default";

  private static final ByteString MAIN = copyFromUtf8("refs/heads/main");
  private static final String ABSENT = "1234567890123456789012345678901234567890";

  private final SampleStorage sample;
  private final int writesPerThousand;
  private final List<List<Question<?, ?>>> cheap;
  private final Question<?, ?> listing;

  /** A mix with a share of mutations, which may be 0. */
  QuestionMix(SampleStorage sample, int writesPerThousand) {
    this.sample = sample;
    this.writesPerThousand = writesPerThousand;
    this.cheap =
        IntStream.range(0, sample.repositories())
            .mapToObj(i -> repository(SampleStorage.small(i)))
            .map(this::cheap)
            .toList();
    this.listing = listing();
  }

  /** The next question of the call with this number. */
  Question<?, ?> next(long callId, SplittableRandom random) {
    int draw = random.nextInt(1000);
    int repository = random.nextInt(sample.repositories());
    if (draw < writesPerThousand) {
      return write(callId, repository, random.nextBoolean() ? sample.commit() : sample.parent());
    }
    if (draw >= 980) {
      return listing;
    }
    List<Question<?, ?>> kinds = cheap.get(repository);
    return kinds.get(random.nextInt(kinds.size()));
  }

  private List<Question<?, ?>> cheap(Repository repository) {
    return List.of(
        Question.reading(
            RefServiceGrpc.getRefExistsMethod(),
            RefExistsRequest.newBuilder().setRepository(repository).setRef(MAIN).build(),
            answer -> answer.getValue()),
        Question.reading(
            RepositoryServiceGrpc.getRepositoryExistsMethod(),
            RepositoryExistsRequest.newBuilder().setRepository(repository).build(),
            answer -> answer.getExists()),
        Question.reading(
            RefServiceGrpc.getFindDefaultBranchNameMethod(),
            FindDefaultBranchNameRequest.newBuilder().setRepository(repository).build(),
            answer -> answer.getName().equals(MAIN)),
        Question.reading(
            RepositoryServiceGrpc.getObjectFormatMethod(),
            ObjectFormatRequest.newBuilder().setRepository(repository).build(),
            answer -> true),
        objectsExist(repository));
  }

  /** Three messages each way: an answer of two attempts would have a message too many. */
  private Question<CheckObjectsExistRequest, CheckObjectsExistResponse> objectsExist(
      Repository repository) {
    List<String> asked = List.of(sample.commit(), ABSENT, sample.parent());
    return new Question<>(
        CommitServiceGrpc.getCheckObjectsExistMethod(),
        Kind.REPLAYABLE,
        "",
        asked.stream()
            .map(
                name ->
                    CheckObjectsExistRequest.newBuilder()
                        .setRepository(repository)
                        .addRevisions(copyFromUtf8(name))
                        .build())
            .toList(),
        answer ->
            answer.stream()
                .flatMap(message -> message.getRevisionsList().stream())
                .map(found -> found.getName().toStringUtf8() + found.getExists())
                .toList()
                .equals(asked.stream().map(name -> name + !name.equals(ABSENT)).toList()));
  }

  private Question<ListRefsRequest, ListRefsResponse> listing() {
    List<String> names =
        IntStream.range(0, SampleStorage.BRANCHES)
            .mapToObj(i -> String.format("refs/heads/b%04d", i))
            .toList();
    return new Question<>(
        RefServiceGrpc.getListRefsMethod(),
        Kind.REPLAYABLE,
        "",
        List.of(
            ListRefsRequest.newBuilder()
                .setRepository(repository(sample.listing()))
                .addPatterns(copyFromUtf8("refs/heads/b*"))
                .build()),
        answer ->
            answer.stream()
                .flatMap(message -> message.getReferencesList().stream())
                .map(reference -> reference.getName().toStringUtf8())
                .toList()
                .equals(names));
  }

  private static Question<?, ?> write(long callId, int repository, String target) {
    String path = SampleStorage.small(repository);
    return new Question<>(
        RepositoryServiceGrpc.getWriteRefMethod(),
        Kind.ONCE,
        SampleStorage.line(path, callId, target),
        List.of(
            WriteRefRequest.newBuilder()
                .setRepository(repository(path))
                .setRef(copyFromUtf8(SampleStorage.reference(callId)))
                .setRevision(copyFromUtf8(target))
                .build()),
        answer -> answer.size() == 1);
  }

  private static Repository repository(String path) {
    return Repository.newBuilder().setStorageName(STORAGE).setRelativePath(path).build();
  }
}
