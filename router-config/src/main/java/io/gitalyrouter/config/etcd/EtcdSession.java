package io.gitalyrouter.config.etcd;

import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthenticateResponse;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * What happens on one connection: log in if that is asked for, read the key, watch it from the
 * revision after what was read, and look at it every few seconds. The first thing that does not fit
 * ends the session: a failure, a watch that etcd gives up (as after a compaction), or a look that
 * finds another revision than the watch has told, as when the watch is silent or the store was
 * restored. The next session begins with a fresh reading, so nothing has to be caught up. <em>Not
 * thread-safe; confined to the thread of its executor, where answers come too.</em>
 */
final class EtcdSession {
  private final EtcdSettings settings;
  private final EtcdTiming timing;
  private final Requests requests;
  private final EtcdConnection connection;
  private final ScheduledExecutorService executor;
  private final RandomGenerator random;
  private final Owner owner;
  private final Duration patience;

  private Channel channel;

  /** The revision of the key as it was told last; 0 while there is no such key. */
  private long told;

  private boolean isOpen;
  private boolean ended;

  /** Hears what a session finds. <em>Called on the session's executor.</em> */
  interface Owner {
    /** What the key holds; also if it holds the same as before. */
    void onReading(Reading reading);

    /** The key holds what the last reading said. */
    void onSame();

    /** The session is over; told once. */
    void onEnd(EtcdSession session, Status why);
  }

  /**
   * A session that has not begun.
   *
   * @param patience how long one answer may take
   */
  EtcdSession(
      EtcdSettings settings,
      EtcdTiming timing,
      EtcdConnection connection,
      Worker worker,
      Duration patience) {
    this.settings = settings;
    this.timing = timing;
    this.requests = new Requests(settings);
    this.connection = connection;
    this.executor = worker.executor();
    this.random = worker.random();
    this.owner = worker.owner();
    this.patience = patience;
    this.channel = connection.channel();
  }

  /** Where a session runs, and for whom. <em>Immutable.</em> */
  record Worker(ScheduledExecutorService executor, RandomGenerator random, Owner owner) {}

  /** Whether the key has been read. */
  boolean isOpen() {
    return isOpen;
  }

  /** Begins; everything else follows from answers. */
  void begin() throws IOException {
    if (settings.login().isEmpty()) {
      read();
      return;
    }
    AuthGrpc.newStub(channel)
        .withDeadlineAfter(patience.toNanos(), TimeUnit.NANOSECONDS)
        .authenticate(
            EtcdConnection.authenticate(settings.login().get()),
            Answer.single(this::loggedIn, this::end));
  }

  /** Ends it without telling. */
  void close() {
    ended = true;
    connection.close();
  }

  private void loggedIn(AuthenticateResponse answer) {
    channel = connection.channel(answer.getToken());
    read();
  }

  private void read() {
    stub().range(requests.read(), Answer.single(this::opened, this::end));
  }

  private void opened(RangeResponse answer) {
    if (ended) {
      return;
    }
    isOpen = true;
    StreamObserver<WatchRequest> watch =
        WatchGrpc.newStub(channel).watch(Answer.endless(this::changed, this::end));
    watch.onNext(requests.watch(answer.getHeader().getRevision() + 1));
    lookLater();
    tell(Reading.of(settings, answer));
  }

  private void changed(WatchResponse answer) {
    if (answer.getCanceled()) {
      end(Status.ABORTED.withDescription("the watch was cancelled: " + answer.getCancelReason()));
      return;
    }
    // Without events: the watch was created, or etcd tells how far it is.
    List<Event> events = answer.getEventsList();
    if (!ended && !events.isEmpty()) {
      tell(Reading.of(settings, events.get(events.size() - 1)));
    }
  }

  private void lookLater() {
    long nanos = timing.nextReread(random).toNanos();
    ScheduledFuture<?> unused = executor.schedule(this::look, nanos, TimeUnit.NANOSECONDS);
  }

  private void look() {
    if (!ended) {
      stub().range(requests.look(), Answer.single(this::looked, this::end));
    }
  }

  private void looked(RangeResponse answer) {
    if (ended) {
      return;
    }
    long now = answer.getKvsCount() == 0 ? 0 : answer.getKvs(0).getModRevision();
    if (now != told) {
      // Also when a change has just overtaken this answer: one more reading does no harm.
      end(Status.ABORTED.withDescription("revision " + now + " was not told by the watch"));
      return;
    }
    lookLater();
    owner.onSame();
  }

  private void tell(Reading reading) {
    told = reading.revision();
    owner.onReading(reading);
  }

  private KVGrpc.KVStub stub() {
    return KVGrpc.newStub(channel).withDeadlineAfter(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void end(Status why) {
    if (!ended) {
      close();
      owner.onEnd(this, why);
    }
  }
}
