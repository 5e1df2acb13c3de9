package io.gitalyrouter.config.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Several keys at once: read at one moment, and written together or not at all. Each method blocks
 * for a few seconds at most. <em>Thread-safe.</em>
 */
public final class EtcdKeys {
  private final EtcdCalls calls;

  private EtcdKeys(EtcdCalls calls) {
    this.calls = calls;
  }

  /** Keys of this etcd; the settings' own key means nothing here. Touches nothing yet. */
  public static EtcdKeys of(EtcdSettings settings) {
    return new EtcdKeys(new EtcdCalls(settings));
  }

  /**
   * A key's value.
   *
   * @param revision etcd's revision of its last change
   * @param text the value, which is UTF-8
   */
  public record Value(long revision, String text) {}

  /**
   * Reads keys as they are at one moment; those that are not there are left out.
   *
   * @throws IOException if no endpoint answers
   */
  public Map<String, Value> read(List<String> keys) throws IOException {
    TxnRequest.Builder all = TxnRequest.newBuilder();
    for (String key : keys) {
      all.addSuccess(
          RequestOp.newBuilder().setRequestRange(RangeRequest.newBuilder().setKey(bytes(key))));
    }
    TxnResponse answer = calls.firstAnswer((etcd, repeated) -> etcd.txn(all.build()));
    Map<String, Value> found = new LinkedHashMap<>();
    answer.getResponsesList().forEach(one -> add(one.getResponseRange().getKvsList(), found));
    return found;
  }

  /**
   * All keys that begin like this, in the order of their names.
   *
   * @throws IOException if no endpoint answers
   */
  public Map<String, Value> list(String prefix) throws IOException {
    byte[] end = prefix.getBytes(StandardCharsets.UTF_8);
    end[end.length - 1]++;
    RangeRequest range =
        RangeRequest.newBuilder()
            .setKey(bytes(prefix))
            .setRangeEnd(ByteString.copyFrom(end))
            .build();
    Map<String, Value> found = new TreeMap<>();
    add(calls.firstAnswer((etcd, repeated) -> etcd.range(range)).getKvsList(), found);
    return found;
  }

  /**
   * Writes keys in one transaction, if others are still at the revisions that were read.
   *
   * @param expected the revision of each key that must not have changed; 0 for one that must not be
   *     there
   * @param values what to write; empty to delete
   * @param witness one of them, whose name nobody else ever writes: if it is there, it was this
   * @return the store's new revision; empty if a key was at another revision and nothing was
   *     written
   * @throws IOException if no endpoint answers; whether it was written is not known then: the
   *     witness tells
   */
  public Optional<Long> write(
      Map<String, Long> expected, Map<String, Optional<String>> values, String witness)
      throws IOException {
    TxnRequest.Builder all = TxnRequest.newBuilder();
    expected.forEach(
        (key, revision) ->
            all.addCompare(
                Compare.newBuilder()
                    .setKey(bytes(key))
                    .setTarget(Compare.CompareTarget.MOD)
                    .setResult(Compare.CompareResult.EQUAL)
                    .setModRevision(revision)));
    values.forEach((key, value) -> all.addSuccess(write(key, value)));
    all.addFailure(
        RequestOp.newBuilder().setRequestRange(RangeRequest.newBuilder().setKey(bytes(witness))));
    TxnResponse answer = calls.firstAnswer((etcd, repeated) -> etcd.txn(all.build()));
    if (answer.getSucceeded()) {
      return Optional.of(answer.getHeader().getRevision());
    }
    // A first try whose answer was lost has written it.
    return answer.getResponses(0).getResponseRange().getKvsList().stream()
        .map(KeyValue::getModRevision)
        .findFirst();
  }

  private static RequestOp write(String key, Optional<String> value) {
    return value.isPresent()
        ? RequestOp.newBuilder()
            .setRequestPut(PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value.get())))
            .build()
        : RequestOp.newBuilder()
            .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(bytes(key)))
            .build();
  }

  private static void add(List<KeyValue> entries, Map<String, Value> found) {
    for (KeyValue entry : entries) {
      found.put(
          entry.getKey().toStringUtf8(),
          new Value(entry.getModRevision(), entry.getValue().toStringUtf8()));
    }
  }

  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }
}
