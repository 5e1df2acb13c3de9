package io.gitalyrouter.config.admin;

import io.gitalyrouter.config.Companion;
import io.gitalyrouter.config.ConfigEvent;
import io.gitalyrouter.config.ConfiguredRouter;
import io.gitalyrouter.config.etcd.EtcdPresence;
import io.gitalyrouter.config.etcd.EtcdSettings;
import io.gitalyrouter.time.WallClock;
import java.nio.charset.StandardCharsets;

/**
 * Writes the process's {@link HostReport} into etcd, {@code /gitaly-router/hosts/<host>/<pid>},
 * under a lease: at once when a document took effect, which is how a host acknowledges it, and
 * every few seconds. With another key than {@code /gitaly-router/config} they lie beside that.
 * Trouble with etcd never disturbs the router. <em>Immutable.</em>
 */
public final class EtcdReports implements Companion {
  private static final String DOCUMENT = "/config";

  private final EtcdSettings settings;

  private EtcdReports(EtcdSettings settings) {
    this.settings = settings;
  }

  /** Reports to these members; the settings' own key, the document's, is not touched. */
  public static EtcdReports to(EtcdSettings settings) {
    return new EtcdReports(settings);
  }

  /** Beside the document. */
  private String hosts() {
    String key = settings.key();
    String base = key.endsWith(DOCUMENT) ? key.substring(0, key.length() - DOCUMENT.length()) : key;
    return base + "/hosts/";
  }

  @Override
  public Running start(ConfiguredRouter router) {
    Reporter reporter = new Reporter(router, WallClock.utc());
    EtcdPresence presence =
        EtcdPresence.start(
            settings,
            hosts() + reporter.host() + "/" + reporter.process(),
            () -> reporter.report().toJson().getBytes(StandardCharsets.UTF_8));
    return new Running() {
      @Override
      public void onConfigEvent(ConfigEvent event) {
        presence.changed();
      }

      @Override
      public void close() {
        presence.close();
      }
    };
  }
}
