package io.gitalyrouter.docker;

import io.gitalyrouter.history.Books;
import io.gitalyrouter.history.RouterWatch;
import io.gitalyrouter.history.SampleStorage;
import io.gitalyrouter.history.Server;
import io.gitalyrouter.history.Traffic;
import io.gitalyrouter.route.Endpoint;
import io.gitalyrouter.route.Token;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Callers and their router as the process of a container: calls until a file named {@code stop} is
 * in its directory, then writes the verdict there; until then, how many calls the network side has
 * served. <em>Not thread-safe; confined to the main thread.</em>
 */
final class CallersMain {
  private static final int CALLERS = 12;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private CallersMain() {}

  /**
   * Calls until it is told to stop.
   *
   * @param args its directory; the local address, the network address, the token's file; the
   *     storage's directory with its number of repositories, its commit and the one before; the
   *     number of the call before the first; then the servers that keep books, as {@code NAME=DIR}
   */
  public static void main(String[] args) throws Exception {
    Path home = Path.of(args[0]);
    Endpoint network = Endpoint.parse(args[2]).withToken(Token.file(Path.of(args[3])));
    SampleStorage sample =
        new SampleStorage(Path.of(args[4]), Integer.parseInt(args[5]), args[6], args[7]);
    Map<Server, Path> homes = new EnumMap<>(Server.class);
    for (String books : List.of(args).subList(9, args.length)) {
      String[] pair = books.split("=", 2);
      homes.put(Server.valueOf(pair[0]), Path.of(pair[1]));
    }
    try (RouterWatch watch =
            RouterWatch.over(b -> b.build(QuietRouter.network(Endpoint.parse(args[1]), network)));
        Traffic traffic = Traffic.start(watch, sample, CALLERS, Long.parseLong(args[8]))) {
      RouterWatch.until(
          "stop",
          PATIENCE,
          () -> {
            write(home.resolve("served"), Long.toString(watch.servedByNetwork()));
            return Files.exists(home.resolve("stop"));
          });
      write(home.resolve("verdict"), traffic.stop(Books.of(homes)).toLines());
    }
  }

  /** A reader sees the file completely or not at all. */
  private static void write(Path file, String text) {
    try {
      Path whole = file.resolveSibling(file.getFileName() + ".new");
      Files.writeString(whole, text);
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
