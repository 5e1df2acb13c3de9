package io.gitalyrouter.config.etcd;

import io.gitalyrouter.config.source.ConfigSource;
import io.gitalyrouter.config.source.SourceContent;
import java.io.IOException;

/**
 * A document under a key of etcd, watched. A change is delivered when etcd tells of it; the key is
 * looked at every few seconds beside that, so that neither a frozen member nor a half-open
 * connection can hide one for longer. Of several changes during an outage only the last is
 * delivered. <em>Thread-safe.</em>
 */
public final class EtcdSource implements ConfigSource {
  private final EtcdSettings settings;
  private final EtcdTiming timing;

  private EtcdSource(EtcdSettings settings, EtcdTiming timing) {
    this.settings = settings;
    this.timing = timing;
  }

  /** The document at the key of these settings. Touches nothing yet. */
  public static EtcdSource of(EtcdSettings settings) {
    return of(settings, EtcdTiming.DEFAULT);
  }

  static EtcdSource of(EtcdSettings settings, EtcdTiming timing) {
    return new EtcdSource(settings, timing);
  }

  @Override
  public String name() {
    return settings.name();
  }

  /** Reads the document; blocks for a few seconds at most. */
  @Override
  public SourceContent read() throws IOException {
    Requests requests = new Requests(settings);
    return new EtcdCalls(settings)
        .firstAnswer((etcd, repeated) -> Reading.of(settings, etcd.range(requests.read())))
        .orThrow();
  }

  @Override
  public Watch watch(Listener listener) {
    return EtcdWatch.start(settings, timing, listener);
  }

  @Override
  public String toString() {
    return name() + settings.endpoints();
  }
}
