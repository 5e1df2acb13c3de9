package io.gitalyrouter.docker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Images that nobody but this suite's users could know, and the properties that name them.
 * <em>Stateless.</em>
 */
final class OtherImages {
  private OtherImages() {}

  /**
   * Builds a Gitaly of another make, and sets the properties that name it: its own entry point,
   * which wants the path of its configuration, a volume, no commands, no books.
   */
  static void nameGitaly() {
    GitalyImage image =
        new GitalyImage(
            "gitaly-router-other:" + Owner.self(), /* isStandIn= */ false, "/jre/bin/java");
    image.build(
        List.of("FROM scratch"),
        "COPY root /",
        "COPY app /app",
        "VOLUME /var/lib/gitaly",
        "ENTRYPOINT " + GitalyImage.words(image.java(TomlGitaly.class, List.of())),
        "CMD [\"/etc/gitaly/config.toml\"]");
    try {
      Path settings = Path.of("target", "docker", "settings.toml").toAbsolutePath();
      Files.writeString(settings, "[logging]\ndir = \"/var/lib/gitaly\"\n");
      System.setProperty(GitalyImage.SETTINGS, settings.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    System.setProperty(GitalyImage.OTHER, image.name());
  }

  /** Builds a base with a Java runtime on its path, and sets the property that names it. */
  static void nameBase() {
    GitalyImage image =
        new GitalyImage("gitaly-router-base:" + Owner.self(), /* isStandIn= */ false, "java");
    image.build(List.of("FROM scratch"), "COPY root /", "ENV PATH=/jre/bin");
    System.setProperty(GitalyImage.BASE, image.name());
  }

  /** Names none. */
  static void nameNone() {
    List.of(GitalyImage.OTHER, GitalyImage.SETTINGS, GitalyImage.BASE)
        .forEach(System::clearProperty);
  }
}
