package io.gitalyrouter.docker;

import com.github.dockerjava.api.command.InspectVolumeResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ContainerMount;
import com.github.dockerjava.api.model.Image;
import com.github.dockerjava.api.model.Network;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a process has made for its clusters: containers with their volumes, networks and images,
 * found by their label; directories and mounts, found by their name. <em>Thread-safe.</em>
 */
final class Belongings {
  private static final Path PLACE = Path.of(System.getProperty("java.io.tmpdir"));

  /** Short: a unix socket's name must fit into 107 bytes. */
  private static final String PREFIX = "grd-";

  private final Owner owner;

  private Belongings(Owner owner) {
    this.owner = owner;
  }

  static Belongings of(Owner owner) {
    return new Belongings(owner);
  }

  /** A new directory of the owner. */
  Path createDirectory() throws IOException {
    return Files.createTempDirectory(PLACE, PREFIX + owner + "-");
  }

  /** Everything that is there, for people. */
  List<String> all() {
    List<String> all = new ArrayList<>();
    containers().forEach(c -> all.add("container " + String.join(",", c.getNames())));
    volumes().forEach(name -> all.add("volume " + name));
    networks().forEach(network -> all.add("network " + network.getName()));
    images().forEach(image -> all.add("image " + image.getId()));
    mounts().forEach(mount -> all.add("mount " + mount));
    directories().forEach(directory -> all.add("directory " + directory));
    return all;
  }

  /** Removes all of it, whatever state it is in; tries each, also when another one fails. */
  void remove() {
    List<Runnable> steps = new ArrayList<>();
    containers().forEach(container -> steps.add(() -> remove(container)));
    networks().forEach(n -> steps.add(() -> Engine.client().removeNetworkCmd(n.getId()).exec()));
    images().forEach(image -> steps.add(() -> remove(image)));
    for (String mount : mounts()) {
      // The newest first: it may be inside of another.
      steps.add(0, () -> Command.run("umount", "-l", mount));
    }
    directories().forEach(directory -> steps.add(() -> delete(directory)));
    Optional<RuntimeException> failed = Optional.empty();
    for (Runnable step : steps) {
      try {
        step.run();
      } catch (RuntimeException e) {
        failed = Optional.of(e);
      }
    }
    if (failed.isPresent()) {
      throw new IllegalStateException("something may be left behind", failed.get());
    }
  }

  /** Removes what processes left that did not get to do so themselves. */
  static void removeOrphans() {
    Set<Owner> owners = new HashSet<>();
    Stream.of(
            Engine.client().listContainersCmd().withShowAll(true).exec().stream()
                .map(Container::getLabels),
            Engine.client().listNetworksCmd().exec().stream().map(Network::getLabels),
            Engine.client().listImagesCmd().exec().stream().map(Image::getLabels))
        .flatMap(labels -> labels)
        .filter(Objects::nonNull)
        .flatMap(labels -> Owner.parse(labels.getOrDefault(Engine.LABEL, "")).stream())
        .forEach(owners::add);
    for (Path directory : directories(PREFIX)) {
      String[] name = directory.getFileName().toString().split("-", -1);
      if (name.length == 4) {
        Owner.parse(name[1] + "-" + name[2]).ifPresent(owners::add);
      }
    }
    owners.stream().filter(Owner::isGone).forEach(owner -> of(owner).remove());
  }

  /** Names of the volumes that its containers have. */
  List<String> volumes() {
    return containers().stream()
        .flatMap(container -> container.getMounts().stream())
        .map(ContainerMount::getName)
        .filter(name -> name != null && !name.isEmpty())
        .toList();
  }

  /** Names of all volumes that the engine has, whoever made them. */
  static List<String> everybodysVolumes() {
    List<InspectVolumeResponse> volumes = Engine.client().listVolumesCmd().exec().getVolumes();
    return volumes == null
        ? List.of()
        : volumes.stream().map(InspectVolumeResponse::getName).toList();
  }

  private List<Container> containers() {
    return Engine.client().listContainersCmd().withShowAll(true).withLabelFilter(label()).exec();
  }

  private List<Network> networks() {
    return Engine.client()
        .listNetworksCmd()
        .withFilter("label", List.of(Engine.LABEL + "=" + owner))
        .exec();
  }

  private List<Image> images() {
    return Engine.client().listImagesCmd().withLabelFilter(label()).exec();
  }

  private Map<String, String> label() {
    return Map.of(Engine.LABEL, owner.toString());
  }

  /** Mount points, the oldest first. */
  private List<String> mounts() {
    String mine = PLACE.resolve(PREFIX + owner + "-").toString();
    Path table = Path.of("/proc/self/mountinfo");
    try {
      return !Files.exists(table)
          ? List.of()
          : Files.readAllLines(table).stream()
              .map(line -> line.split(" ", 6)[4])
              .filter(point -> point.startsWith(mine))
              .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Path> directories() {
    return directories(PREFIX + owner + "-");
  }

  private static List<Path> directories(String prefix) {
    try (Stream<Path> all = Files.list(PLACE)) {
      return all.filter(path -> path.getFileName().toString().startsWith(prefix)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void remove(Container container) {
    try {
      Engine.client().unpauseContainerCmd(container.getId()).exec();
    } catch (DockerException e) {
      // It was not paused.
    }
    Engine.client()
        .removeContainerCmd(container.getId())
        .withForce(true)
        .withRemoveVolumes(true)
        .exec();
  }

  private static void remove(Image image) {
    Engine.client().removeImageCmd(image.getId()).withForce(true).exec();
  }

  private static void delete(Path directory) {
    try {
      Trees.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
