package io.gitalyrouter.config.admin;

import io.gitalyrouter.GitalyRouter;
import io.gitalyrouter.route.ForcedBy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A kill switch that needs nothing but a file: while it is there, all calls of all processes that
 * use its directory are local, also of those that start later. Its first line is the reason.
 * <em>Not thread-safe; confined to the opening thread and then to the server's worker.</em>
 */
final class ForceLocalFile {
  /** The file's name in the admin directory. */
  static final String NAME = "force-local";

  private static final Logger log = LoggerFactory.getLogger(ForceLocalFile.class);
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final int MAX_REASON_BYTES = 400;

  private final Path file;
  private final GitalyRouter router;
  private Optional<String> reason = Optional.empty();

  ForceLocalFile(Path directory, GitalyRouter router) {
    this.file = directory.resolve(NAME);
    this.router = router;
  }

  /** Looks now, and from then on ten times a second, which is one call of the system each. */
  void follow(ScheduledExecutorService worker) {
    look();
    ScheduledFuture<?> unused =
        worker.scheduleWithFixedDelay(
            this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
  }

  void look() {
    try {
      Optional<String> now = Files.exists(file) ? Optional.of(read()) : Optional.empty();
      if (now.isPresent() == reason.isPresent()) {
        return;
      }
      if (now.isPresent()) {
        log.warn("all calls are forced local by a file file={} reason={}", file, now.get());
        router.forceLocal(ForcedBy.FILE, now.get());
      } else {
        log.warn("the file that forced all calls local is gone file={}", file);
        router.resume(ForcedBy.FILE);
      }
      reason = now;
    } catch (RuntimeException e) {
      // An exception would end the looks in silence.
      log.error("force-local file: cannot act on it file={}", file, e);
    }
  }

  /** That it is there is what counts; a reason that cannot be read is none. */
  private String read() {
    String who = file.toString();
    try (InputStream in = Files.newInputStream(file)) {
      String text = new String(in.readNBytes(MAX_REASON_BYTES), StandardCharsets.UTF_8);
      String line = text.lines().findFirst().map(String::strip).orElse("");
      return line.isEmpty() ? who + " is there" : line;
    } catch (IOException e) {
      return who + " is there";
    }
  }
}
