package io.gitalyrouter.docker;

import io.gitalyrouter.standin.ListenAddress;
import io.gitalyrouter.standin.StandInServer;
import io.gitalyrouter.standin.StandInSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Gitaly that is set up as the real one is, by the path of a {@code config.toml}, and that takes
 * no commands of tests and shows nobody its books. <em>Not thread-safe; confined to the main
 * thread.</em>
 */
final class TomlGitaly {
  private static final Pattern TABLE = Pattern.compile("\\[+([\\w.-]+)]+");
  private static final Pattern SETTING = Pattern.compile("(\\w+) = \"(.*)\"");

  private final Map<String, String> settings = new HashMap<>();

  private TomlGitaly() {}

  /**
   * Serves until the process is told to end.
   *
   * @param args the path of the configuration
   */
  public static void main(String[] args) throws Exception {
    TomlGitaly gitaly = new TomlGitaly();
    gitaly.read(Path.of(args[0]));
    StandInServer server = StandInServer.start(gitaly.asSettings(), InstantSource.system());
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.stop();
                  stopped.countDown();
                },
                "gitaly-stop"));
    stopped.await();
  }

  /** One storage, and no value but strings: what the suite writes. */
  private void read(Path file) throws IOException {
    String table = "";
    for (String line : Files.readAllLines(file)) {
      Matcher head = TABLE.matcher(line);
      Matcher setting = SETTING.matcher(line);
      if (head.matches()) {
        table = head.group(1) + ".";
      } else if (setting.matches()) {
        settings.put(table + setting.group(1), setting.group(2));
      } else {
        throw new IllegalArgumentException("not understood: " + line);
      }
    }
  }

  private Optional<Path> path(String key) {
    return Optional.ofNullable(settings.get(key)).map(Path::of);
  }

  private StandInSettings asSettings() throws IOException {
    List<ListenAddress> listen = new ArrayList<>();
    listen.add(ListenAddress.unix(path("socket_path").orElseThrow()));
    for (String scheme : List.of("", "tls_")) {
      String address = settings.get(scheme + "listen_addr");
      if (address != null) {
        listen.add(ListenAddress.parse((scheme.isEmpty() ? "tcp" : "tls") + "://" + address));
      }
    }
    Path own = path("logging.dir").orElseThrow();
    Optional<Path> token = Optional.empty();
    if (settings.containsKey("auth.token")) {
      token = Optional.of(Files.writeString(own.resolve("token"), settings.get("auth.token")));
    }
    return new StandInSettings(
        Map.of(settings.getOrDefault("storage.name", ""), path("storage.path").orElseThrow()),
        listen,
        path("tls.certificate_path"),
        path("tls.key_path"),
        /* clientCa= */ Optional.empty(),
        token,
        /* healthNeedsToken= */ false,
        /* controlSocket= */ Optional.empty(),
        own.resolve("ledger.jsonl"),
        own.resolve("calls.jsonl"),
        "16.7.0",
        /* grace= */ Duration.ofSeconds(10),
        /* minKeepAlive= */ Duration.ofSeconds(10));
  }
}
