package io.gitalyrouter.standin.storage;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.gitalyrouter.it.proto.CommitAuthor;
import io.gitalyrouter.it.proto.CommitTrailer;
import io.gitalyrouter.it.proto.GitCommit;
import io.gitalyrouter.it.proto.SignatureType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.eclipse.jgit.errors.AmbiguousObjectException;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.errors.RevisionSyntaxException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.FooterLine;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.util.RawParseUtils;
import org.jspecify.annotations.Nullable;

/** Finds commits, and writes them as messages. *Immutable.* */
public final class Commits {
  private Commits() {}

  /** The object that a revision names; empty if there is none, or the revision makes no sense. */
  public static Optional<ObjectId> resolve(Repository repository, String revision)
      throws IOException {
    try {
      ObjectId id = repository.resolve(revision);
      // Forty hex digits resolve to themselves whether the object is there or not.
      return id != null && repository.getObjectDatabase().has(id)
          ? Optional.of(id)
          : Optional.empty();
    } catch (RevisionSyntaxException
        | AmbiguousObjectException
        | IncorrectObjectTypeException
        | MissingObjectException e) {
      return Optional.empty();
    }
  }

  /** The commit that a revision names, through tags; empty if there is none. */
  public static Optional<RevCommit> find(Repository repository, RevWalk walk, String revision)
      throws IOException {
    Optional<ObjectId> id = resolve(repository, revision);
    if (id.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(walk.parseCommit(id.get()));
    } catch (IncorrectObjectTypeException | MissingObjectException e) {
      return Optional.empty();
    }
  }

  /** Writes a commit, whose body must have been parsed. */
  public static GitCommit message(RevCommit commit, boolean withTrailers) {
    byte[] raw = commit.getRawBuffer();
    int bodyAt = RawParseUtils.commitMessage(raw, 0);
    ByteString body =
        bodyAt < 0 ? ByteString.EMPTY : ByteString.copyFrom(raw, bodyAt, raw.length - bodyAt);
    GitCommit.Builder message =
        GitCommit.newBuilder()
            .setId(commit.name())
            .setSubject(firstLine(body))
            .setBody(body)
            .setBodySize(body.size())
            .setAuthor(author(commit.getAuthorIdent()))
            .setCommitter(author(commit.getCommitterIdent()))
            .setTreeId(commit.getTree().name())
            .setSignatureType(signatureType(commit.getRawGpgSignature()))
            .setEncoding(encoding(raw));
    for (RevCommit parent : commit.getParents()) {
      message.addParentIds(parent.name());
    }
    if (withTrailers) {
      for (FooterLine trailer : commit.getFooterLines()) {
        message.addTrailers(
            CommitTrailer.newBuilder()
                .setKey(ByteString.copyFromUtf8(trailer.getKey()))
                .setValue(ByteString.copyFromUtf8(trailer.getValue())));
      }
    }
    return message.build();
  }

  private static ByteString firstLine(ByteString body) {
    int end = 0;
    while (end < body.size() && body.byteAt(end) != '\n') {
      end++;
    }
    int length = end > 0 && body.byteAt(end - 1) == '\r' ? end - 1 : end;
    return body.substring(0, length);
  }

  private static CommitAuthor author(PersonIdent person) {
    int minutes = person.getZoneOffset().getTotalSeconds() / 60;
    String zone =
        String.format(
            "%s%02d%02d", minutes < 0 ? "-" : "+", Math.abs(minutes) / 60, Math.abs(minutes) % 60);
    return CommitAuthor.newBuilder()
        .setName(ByteString.copyFromUtf8(person.getName()))
        .setEmail(ByteString.copyFromUtf8(person.getEmailAddress()))
        .setDate(
            Timestamp.newBuilder().setSeconds(person.getWhenAsInstant().getEpochSecond()).build())
        .setTimezone(ByteString.copyFromUtf8(zone))
        .build();
  }

  private static SignatureType signatureType(byte @Nullable [] signature) {
    if (signature == null) {
      return SignatureType.NONE;
    }
    String text = new String(signature, StandardCharsets.ISO_8859_1);
    if (text.startsWith("-----BEGIN SSH SIGNATURE-----")) {
      return SignatureType.SSH;
    }
    return text.startsWith("-----BEGIN SIGNED MESSAGE-----")
        ? SignatureType.X509
        : SignatureType.PGP;
  }

  private static String encoding(byte[] raw) {
    int at = RawParseUtils.encoding(raw, 0);
    return at < 0
        ? ""
        : new String(raw, at, RawParseUtils.nextLF(raw, at) - 1 - at, StandardCharsets.UTF_8);
  }
}
