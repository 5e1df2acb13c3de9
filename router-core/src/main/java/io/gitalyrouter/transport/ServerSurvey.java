package io.gitalyrouter.transport;

import io.gitalyrouter.event.EndpointState;
import io.gitalyrouter.event.RouterListener;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.transport.ServerReport.Storage;
import io.gitalyrouter.wire.WireFields;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks an endpoint with {@code ServerInfo} what it is and what it serves: at once after each new
 * connection, and then from time to time, because a share can be unmounted under a running server.
 * <em>Not thread-safe; confined to the router's synchronization context.</em>
 */
final class ServerSurvey {
  private static final MethodDescriptor<byte[], byte[]> SERVER_INFO =
      RawUnary.method("gitaly.ServerService/ServerInfo");

  private final LiveEndpoint endpoint;
  private final WatchContext context;
  private final TransportSettings settings;
  private final RouterListener listener;
  private final Runnable onReport;
  private boolean asking;
  private boolean askedBefore;
  private long askedNanos;

  /** Numbers the connections: an answer from an older one says nothing of the newest. */
  private int connection;

  ServerSurvey(
      LiveEndpoint endpoint,
      WatchContext context,
      TransportSettings settings,
      RouterListener listener,
      Runnable onReport) {
    this.listener = listener;
    this.onReport = onReport;
    this.endpoint = endpoint;
    this.context = context;
    this.settings = settings;
  }

  /**
   * A new connection: behind it may be another server. Whoever relies on the last report hears that
   * it is void before this returns.
   */
  void reset() {
    connection++;
    asking = false;
    askedBefore = false;
    endpoint.report(null);
    onReport.run();
  }

  void tick(long now) {
    boolean connected = endpoint.route() == Route.LOCAL || endpoint.state() == EndpointState.READY;
    if (!asking && connected && endpoint.isSurveyWanted() && isDue(now)) {
      ask(now);
    }
  }

  private boolean isDue(long now) {
    Duration pause =
        endpoint.report() == null
            ? settings.silence()
            // Doubts come from any repository that was not found: bounded, as ServerInfo has a
            // price.
            : endpoint.isStorageDoubted()
                ? settings.idleProbeInterval().dividedBy(3)
                : settings.idleProbeInterval();
    return !askedBefore || now - askedNanos > pause.toNanos();
  }

  private void ask(long now) {
    asking = true;
    askedBefore = true;
    endpoint.storageAsked();
    askedNanos = now;
    int asked = connection;
    RawUnary.ask(
        endpoint,
        SERVER_INFO,
        settings.surveyTimeout(),
        (status, bytes) ->
            context.execute(
                () -> {
                  if (asked == connection) {
                    asking = false;
                    onAnswer(status, bytes);
                    onReport.run();
                  }
                }));
  }

  private void onAnswer(Status status, byte @Nullable [] bytes) {
    if (bytes != null) {
      try {
        endpoint.report(parse(bytes));
        return;
      } catch (IllegalArgumentException e) {
        status = Status.INTERNAL.withDescription(e.getMessage());
      }
    }
    Status before = endpoint.surveyFailure();
    endpoint.surveyFailure(status);
    boolean isNews = before == null || before.getCode() != status.getCode();
    // A lost connection is told by who watches it.
    if (isNews && status.getCode() != Status.Code.UNAVAILABLE) {
      listener.onEvent(TroubleText.of(endpoint, status));
    }
  }

  static ServerReport parse(byte[] bytes) {
    String version = "";
    Map<String, Storage> storages = new HashMap<>();
    WireFields fields = new WireFields(bytes);
    while (fields.next()) {
      if (fields.number() == 1) {
        version = fields.asText();
      } else if (fields.number() == 3) {
        addStorage(storages, fields.asMessage());
      }
    }
    return new ServerReport(version, storages);
  }

  private static void addStorage(Map<String, Storage> storages, WireFields fields) {
    String name = "";
    boolean readable = false;
    String filesystemId = "";
    while (fields.next()) {
      switch (fields.number()) {
        case 1 -> name = fields.asText();
        case 2 -> readable = fields.asNumber() != 0;
        case 5 -> filesystemId = fields.asText();
        default -> {}
      }
    }
    storages.put(name, new Storage(readable, filesystemId));
  }
}
