package io.gitalyrouter.config.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.PutResponse;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.ResponseOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * One key behind etcd's protocol, for what a real etcd cannot be made to do: a watch that is alive
 * and silent, a revision that goes back under a living connection, an answer that gets lost.
 * <em>Thread-safe.</em>
 */
final class FakeEtcd implements AutoCloseable {
  private final Server server;

  /** How many sessions have read the key with its value. */
  final AtomicInteger readings = new AtomicInteger();

  /** What is done with a new watch; nothing unless a test says so. */
  volatile Consumer<StreamObserver<WatchResponse>> onWatch = watch -> {};

  /** Whether a write is done, but not answered. */
  volatile boolean losesAnswers;

  private final Store store;

  private FakeEtcd(Store store) throws IOException {
    this.store = store;
    this.server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(new Keys())
            .addService(new Watches())
            .build()
            .start();
  }

  static FakeEtcd start(Store store) throws IOException {
    return new FakeEtcd(store);
  }

  String endpoint() {
    return "127.0.0.1:" + server.getPort();
  }

  EtcdSettings settings() {
    return EtcdSettings.of(endpoint());
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  /** What the members of a cluster have in common. <em>Thread-safe.</em> */
  static final class Store {
    private String value = "";
    private long revision;

    synchronized void set(long newRevision, String newValue) {
      revision = newRevision;
      value = newValue;
    }

    private synchronized boolean replace(long expected, String newValue) {
      if (revision != expected) {
        return false;
      }
      set(revision + 1, newValue);
      return true;
    }

    private synchronized RangeResponse read() {
      RangeResponse.Builder answer = RangeResponse.newBuilder().setHeader(header());
      if (revision > 0) {
        answer.addKvs(
            KeyValue.newBuilder()
                .setModRevision(revision)
                .setValue(ByteString.copyFromUtf8(value)));
      }
      return answer.build();
    }

    private synchronized ResponseHeader header() {
      return ResponseHeader.newBuilder().setRevision(revision).build();
    }
  }

  private final class Keys extends KVGrpc.KVImplBase {
    @Override
    public void range(RangeRequest request, StreamObserver<RangeResponse> answers) {
      if (!request.getKeysOnly()) {
        readings.incrementAndGet();
      }
      answers.onNext(store.read());
      answers.onCompleted();
    }

    @Override
    public void txn(TxnRequest request, StreamObserver<TxnResponse> answers) {
      boolean done =
          store.replace(
              request.getCompare(0).getModRevision(),
              request.getSuccess(0).getRequestPut().getValue().toStringUtf8());
      if (losesAnswers) {
        return;
      }
      ResponseOp.Builder response = ResponseOp.newBuilder();
      if (done) {
        response.setResponsePut(PutResponse.getDefaultInstance());
      } else {
        response.setResponseRange(store.read());
      }
      answers.onNext(
          TxnResponse.newBuilder()
              .setHeader(store.header())
              .setSucceeded(done)
              .addResponses(response)
              .build());
      answers.onCompleted();
    }
  }

  private final class Watches extends WatchGrpc.WatchImplBase {
    @Override
    public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> answers) {
      return new StreamObserver<>() {
        @Override
        public void onNext(WatchRequest request) {
          onWatch.accept(answers);
        }

        @Override
        public void onError(Throwable thrown) {
          // The client is gone.
        }

        @Override
        public void onCompleted() {
          answers.onCompleted();
        }
      };
    }
  }
}
