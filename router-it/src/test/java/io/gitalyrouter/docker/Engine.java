package io.gitalyrouter.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Image;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.testcontainers.DockerClientFactory;

/**
 * The container engine, and what this process has there. Whatever the suite makes carries a label
 * with this process's id, and is found and removed by it. <em>Thread-safe.</em>
 */
final class Engine {
  /** On everything that is made; its value is the process that made it. */
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
    return Map.of(LABEL, owner());
  }

  static String owner() {
    return Long.toString(ProcessHandle.current().pid());
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

  /** What of this process is there, for people. */
  static List<String> mine() {
    List<String> all = new ArrayList<>();
    containers().forEach(c -> all.add("container " + String.join(",", c.getNames())));
    networks().forEach(id -> all.add("network " + id));
    images().forEach(i -> all.add("image " + i.getId()));
    return all;
  }

  /** Removes what this process has made, running or not. */
  static void removeMine() {
    containers().forEach(container -> remove(container.getId()));
    networks().forEach(id -> client().removeNetworkCmd(id).exec());
    images().forEach(image -> client().removeImageCmd(image.getId()).withForce(true).exec());
  }

  /** Removes what a process left that was killed before it could do so itself. */
  static void removeOrphans() {
    client().listContainersCmd().withShowAll(true).withLabelFilter(List.of(LABEL)).exec().stream()
        .filter(container -> isOrphan(container.getLabels()))
        .forEach(container -> remove(container.getId()));
    client().listNetworksCmd().withFilter("label", List.of(LABEL)).exec().stream()
        .filter(network -> isOrphan(network.getLabels()))
        .forEach(network -> client().removeNetworkCmd(network.getId()).exec());
    client().listImagesCmd().withLabelFilter(LABEL).exec().stream()
        .filter(image -> isOrphan(image.getLabels()))
        .forEach(image -> client().removeImageCmd(image.getId()).withForce(true).exec());
  }

  private static boolean isOrphan(Map<String, String> labels) {
    String owner = labels.getOrDefault(LABEL, "");
    return owner.matches("[0-9]{1,18}") && ProcessHandle.of(Long.parseLong(owner)).isEmpty();
  }

  private static void remove(String id) {
    try {
      client().unpauseContainerCmd(id).exec();
    } catch (DockerException e) {
      // It was not paused.
    }
    client().removeContainerCmd(id).withForce(true).withRemoveVolumes(true).exec();
  }

  private static List<Container> containers() {
    return client().listContainersCmd().withShowAll(true).withLabelFilter(label()).exec();
  }

  private static List<String> networks() {
    return client()
        .listNetworksCmd()
        .withFilter("label", List.of(LABEL + "=" + owner()))
        .exec()
        .stream()
        .map(com.github.dockerjava.api.model.Network::getId)
        .toList();
  }

  private static List<Image> images() {
    return client().listImagesCmd().withLabelFilter(label()).exec();
  }
}
