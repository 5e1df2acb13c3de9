package io.gitalyrouter.config.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.TxnResponse;
import io.gitalyrouter.config.source.SourceContent;
import java.io.IOException;
import java.util.Optional;

/**
 * The document's key for those who write it: read it, change it, and replace it if nobody else has
 * in between. Each method blocks for a few seconds at most. <em>Thread-safe.</em>
 */
public final class EtcdDocument {
  /** The largest document, in bytes: etcd refuses requests above 1.5 MiB, its own default. */
  public static final int MAX_BYTES = 1 << 20;

  private final EtcdSettings settings;
  private final Requests requests;
  private final EtcdCalls calls;

  private EtcdDocument(EtcdSettings settings) {
    this.settings = settings;
    this.requests = new Requests(settings);
    this.calls = new EtcdCalls(settings);
  }

  /** The document at the key of these settings. Touches nothing yet. */
  public static EtcdDocument of(EtcdSettings settings) {
    return new EtcdDocument(settings);
  }

  /**
   * What the key holds.
   *
   * @throws IOException if no endpoint answers
   */
  public EtcdVersion read() throws IOException {
    return calls.firstAnswer((etcd, repeated) -> version(etcd.range(requests.read())));
  }

  /**
   * Writes a document if the key is still at the revision that was read. Whether the document is
   * valid is not looked at.
   *
   * @param expectedRevision what {@link #read} gave; 0 to create the key
   * @param document at most {@link #MAX_BYTES} bytes
   * @return the key's new revision
   * @throws EtcdConflictException if the key is at another revision; nothing was written
   * @throws IOException if no endpoint answers; whether it was written is not known then: {@link
   *     #read} tells
   * @throws IllegalArgumentException if the document is larger than that
   */
  public long replace(long expectedRevision, byte[] document) throws IOException {
    if (document.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "document: " + document.length + " bytes (expected: at most " + MAX_BYTES + ")");
    }
    Written written =
        calls.firstAnswer((etcd, repeated) -> replace(etcd, repeated, expectedRevision, document));
    if (!written.isOurs()) {
      throw new EtcdConflictException(settings.name(), expectedRevision, written.version());
    }
    return written.version().revision();
  }

  private Written replace(
      KVGrpc.KVBlockingStub etcd, boolean repeated, long expectedRevision, byte[] document) {
    TxnResponse answer = etcd.txn(requests.replace(expectedRevision, document));
    if (answer.getSucceeded()) {
      long revision = answer.getHeader().getRevision();
      SourceContent content = SourceContent.of(settings.origin(revision), document);
      return new Written(new EtcdVersion(revision, Optional.of(content)), /* isOurs= */ true);
    }
    RangeResponse found = answer.getResponses(0).getResponseRange();
    // A first try whose answer was lost has written what stands there now.
    boolean ours =
        repeated
            && found.getKvsCount() > 0
            && found.getKvs(0).getValue().equals(ByteString.copyFrom(document));
    return new Written(version(found), ours);
  }

  private EtcdVersion version(RangeResponse answer) {
    if (answer.getKvsCount() == 0) {
      return new EtcdVersion(0, Optional.empty());
    }
    KeyValue found = answer.getKvs(0);
    String origin = settings.origin(found.getModRevision());
    return new EtcdVersion(
        found.getModRevision(),
        Optional.of(SourceContent.of(origin, found.getValue().toByteArray())));
  }

  /** What the key holds after a try, and whether the try put it there. <em>Immutable.</em> */
  private record Written(EtcdVersion version, boolean isOurs) {}
}
