package io.gitalyrouter.docker;

import io.gitalyrouter.standin.StandInGitaly;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the servers run from: the stand-in on a runtime of its own, or any Gitaly.
 * <em>Immutable.</em>
 *
 * @param name the image's name
 * @param isStandIn whether it is the stand-in, which keeps books and takes fault commands
 * @param runtime where a Java runtime is in it; empty if it is not known to have one
 */
record GitalyImage(String name, boolean isStandIn, String runtime) {
  /** Names an image of another Gitaly; it reads {@code /etc/gitaly/config.toml}. */
  static final String OTHER = "docker.gitaly.image";

  /** Names a file with further tables for that configuration. */
  static final String SETTINGS = "docker.gitaly.settings";

  /** Names an image with a Java runtime, to build the stand-in's on; from scratch without it. */
  static final String BASE = "docker.base.image";

  private static final String MODULES =
      "java.base,java.logging,java.management,java.naming,java.xml,jdk.unsupported,jdk.crypto.ec";
  private static final int BUILD_MINUTES = 5;
  private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x");
  private static final List<String> PARTS_OF_C =
      List.of("libdl.so.2", "libm.so.6", "libpthread.so.0", "librt.so.1");
  private static final Pattern FOR_TESTS_ONLY =
      Pattern.compile("(testcontainers|docker-java|jna|archunit|junit|assertj|byte-buddy).*");

  /** The image to use; builds the stand-in's unless another one is named. */
  static GitalyImage obtain() {
    String other = System.getProperty(OTHER, "");
    return other.isEmpty()
        ? standIn()
        : new GitalyImage(other, /* isStandIn= */ false, /* runtime= */ "");
  }

  /** Builds the stand-in's image. */
  static GitalyImage standIn() {
    String base = System.getProperty(BASE, "");
    String runtime = base.isEmpty() ? "/jre/bin/java" : "java";
    GitalyImage image =
        new GitalyImage("gitaly-router-standin:" + Owner.self(), /* isStandIn= */ true, runtime);
    image.build(
        base.isEmpty() ? List.of("FROM scratch") : List.of("FROM " + base),
        (base.isEmpty() ? "COPY root /\n" : "") + "COPY app /app",
        "ENTRYPOINT " + words(image.java(StandInGitaly.class, List.of())));
    return image;
  }

  /** Words of a command, as a build file has them. */
  static String words(String... words) {
    return Stream.of(words).map(w -> '"' + w + '"').collect(Collectors.joining(", ", "[", "]"));
  }

  /** Builds it from the program of this module and the runtime of its tests. */
  void build(List<String> first, String... lines) {
    List<String> file = new ArrayList<>(first);
    // Before all others: what an interrupted build leaves carries the label as well.
    file.add("LABEL " + Engine.LABEL + "=" + Owner.self());
    file.addAll(List.of(lines));
    try {
      Path context =
          Files.createDirectories(Path.of("target", "docker", "context").toAbsolutePath());
      // What an older build put there must not get onto the class path.
      Trees.delete(context.resolve("app"));
      copyProgram(context.resolve("app"));
      copyRuntime(context.resolve("root"));
      Files.writeString(context.resolve("Dockerfile"), String.join("\n", file) + "\n");
      Engine.client()
          .buildImageCmd(context.toFile())
          .withTags(Set.of(name))
          .withForcerm(true)
          .start()
          .awaitImageId(BUILD_MINUTES, TimeUnit.MINUTES);
    } catch (IOException e) {
      throw new UncheckedIOException("building " + name, e);
    }
  }

  /** The command of a program of this module, without its arguments. */
  String[] java(Class<?> main, List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(runtime);
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx160m"));
    command.addAll(options);
    command.addAll(List.of("-cp", "/app/classes:/app/lib/*", main.getName()));
    return command.toArray(String[]::new);
  }

  private static void copyProgram(Path app) throws IOException {
    Path libraries = Files.createDirectories(app.resolve("lib"));
    for (String entry : System.getProperty("java.class.path").split(":", -1)) {
      Path path = Path.of(entry);
      String name = String.valueOf(path.getFileName());
      if (name.endsWith(".jar") && !FOR_TESTS_ONLY.matcher(name).matches()) {
        Files.copy(path, libraries.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      } else if (Files.isDirectory(path)) {
        Trees.copy(path, app.resolve("classes"));
      }
    }
  }

  /** A runtime of few modules, with the system's libraries that it asks for. */
  private static void copyRuntime(Path root) throws IOException {
    Path jre = root.resolve("jre");
    if (!Files.exists(jre)) {
      Files.createDirectories(root);
      Command.run(
          Path.of(System.getProperty("java.home"), "bin", "jlink").toString(),
          "--add-modules",
          MODULES,
          "--strip-java-debug-attributes",
          "--no-header-files",
          "--no-man-pages",
          "--output",
          jre.toString());
    }
    List<String> ldd = new ArrayList<>(List.of("ldd", jre.resolve("bin/java").toString()));
    try (Stream<Path> files = Files.walk(jre.resolve("lib"), FileVisitOption.FOLLOW_LINKS)) {
      files.filter(file -> file.toString().endsWith(".so")).map(Path::toString).forEach(ldd::add);
    }
    Set<String> libraries = new TreeSet<>();
    Matcher found = LIBRARY.matcher(Command.run(ldd));
    while (found.find()) {
      libraries.add(found.group(1));
    }
    // Netty's own library is built for a C library of many parts.
    List.copyOf(libraries).stream()
        .filter(library -> library.endsWith("/libc.so.6"))
        .map(Path::of)
        .forEach(c -> PARTS_OF_C.forEach(p -> libraries.add(c.resolveSibling(p).toString())));
    for (String library : libraries) {
      if (!library.startsWith(jre.toString())) {
        Path target = root.resolve(library.substring(1));
        Files.createDirectories(target.resolveSibling("."));
        Files.copy(Path.of(library), target, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }
}
