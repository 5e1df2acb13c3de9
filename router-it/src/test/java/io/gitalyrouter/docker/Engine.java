package io.gitalyrouter.docker;

import com.github.dockerjava.api.DockerClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.testcontainers.DockerClientFactory;

/**
 * The container engine. Whatever the suite makes there carries a label with its owner, and is found
 * and removed by it. <em>Thread-safe.</em>
 */
final class Engine {
  /** On everything that is made; its value is its {@link Owner}. */
  static final String LABEL = "io.gitalyrouter.docker.owner";

  /** Set where an engine has to be: its absence is then a failure. */
  static final String REQUIRED = "docker.required";

  /** Held, because a logger that nobody holds forgets its level. */
  private static final List<Logger> QUIET =
      List.of(Logger.getLogger("org.testcontainers"), Logger.getLogger("tc"));

  static {
    QUIET.forEach(logger -> logger.setLevel(Level.SEVERE));
  }

  private Engine() {}

  /** Why no engine can be used; empty if one can. */
  static Optional<String> absence() {
    boolean named = System.getenv("DOCKER_HOST") != null;
    if (!named && !Files.exists(Path.of("/var/run/docker.sock"))) {
      return Optional.of("no container engine: no DOCKER_HOST and no /var/run/docker.sock");
    }
    return DockerClientFactory.instance().isDockerAvailable()
        ? Optional.empty()
        : Optional.of("no container engine answers");
  }

  static DockerClient client() {
    return DockerClientFactory.instance().client();
  }

  /** The label of what this process makes. */
  static Map<String, String> label() {
    return Map.of(LABEL, Owner.self().toString());
  }

  /** Who owns a directory, as the engine is told who a container's processes are. */
  static String user(Path directory) {
    try {
      return Files.getAttribute(directory, "unix:uid")
          + ":"
          + Files.getAttribute(directory, "unix:gid");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
