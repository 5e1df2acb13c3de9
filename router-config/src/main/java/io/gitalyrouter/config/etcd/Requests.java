package io.gitalyrouter.config.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchRequest;

/** All that is ever asked about the document's key. <em>Immutable.</em> */
final class Requests {
  private final ByteString key;

  Requests(EtcdSettings settings) {
    this.key = ByteString.copyFromUtf8(settings.key());
  }

  /** The key and its value, as a majority of the members has it. */
  RangeRequest read() {
    return RangeRequest.newBuilder().setKey(key).build();
  }

  /** The key's revision without its value, as a majority of the members has it. */
  RangeRequest look() {
    return RangeRequest.newBuilder().setKey(key).setKeysOnly(true).build();
  }

  /** Every change of the key, from this revision of the store on. */
  WatchRequest watch(long from) {
    return WatchRequest.newBuilder()
        .setCreateRequest(
            WatchCreateRequest.newBuilder()
                .setKey(key)
                .setStartRevision(from)
                .setProgressNotify(true))
        .build();
  }

  /** Writes the value if the key is at this revision; else reads the key. */
  TxnRequest replace(long expectedRevision, byte[] value) {
    return TxnRequest.newBuilder()
        .addCompare(
            Compare.newBuilder()
                .setKey(key)
                .setTarget(Compare.CompareTarget.MOD)
                .setResult(Compare.CompareResult.EQUAL)
                .setModRevision(expectedRevision))
        .addSuccess(
            RequestOp.newBuilder()
                .setRequestPut(
                    PutRequest.newBuilder().setKey(key).setValue(ByteString.copyFrom(value))))
        .addFailure(RequestOp.newBuilder().setRequestRange(read()))
        .build();
  }
}
