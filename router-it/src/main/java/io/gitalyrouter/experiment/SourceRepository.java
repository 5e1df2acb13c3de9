package io.gitalyrouter.experiment;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The bare repository that the experiment works on, made from a real one. <em>Immutable.</em>
 *
 * @param directory where it is
 * @param description what it was made from, for people
 * @param commits ids of commits in it, the newest first
 * @param blobs ids of blobs in it that are neither empty nor large
 * @param defaultBranch the branch that HEAD names, in full
 */
record SourceRepository(
    Path directory,
    String description,
    List<String> commits,
    List<String> blobs,
    String defaultBranch) {
  private static final int SAMPLES = 200;
  private static final long LARGEST_BLOB_BYTES = 64 * 1024;
  private static final int GENERATED_COMMITS = 30;

  /**
   * Makes the repository.
   *
   * @param source a checkout or a bare repository; null for the one around the working directory
   * @param directory where to make it; absent, its parent there
   */
  static SourceRepository create(@Nullable Path source, Path directory)
      throws IOException, InterruptedException {
    Optional<Path> found = source == null ? enclosing() : Optional.of(checked(source));
    if (found.isEmpty()) {
      return generated(directory);
    }
    String description;
    if (isShallow(found.get())) {
      rewrite(found.get(), directory);
      description =
          found.get() + ", which is shallow: its commits, rewritten without the missing parents";
    } else {
      Git.run(
          parent(directory),
          "clone",
          "-q",
          "--mirror",
          "--no-local",
          found.get().toString(),
          directory.toString());
      description = "a mirror of " + found.get();
    }
    return sampled(directory, description, found);
  }

  /** Makes a small repository of its own. */
  static SourceRepository generated(Path directory) throws IOException, InterruptedException {
    generate(directory);
    return sampled(
        directory,
        "a generated one, because there is no git repository around this build",
        Optional.empty());
  }

  private static SourceRepository sampled(Path directory, String description, Optional<Path> source)
      throws IOException, InterruptedException {
    String branch = defaultBranch(directory, source);
    return new SourceRepository(
        directory, description, commits(directory), blobs(directory), branch);
  }

  private static Path checked(Path source) throws IOException, InterruptedException {
    Path absolute = source.toAbsolutePath().normalize();
    if (!Files.isDirectory(absolute)
        || Git.attempt(absolute, "rev-parse", "--verify", "-q", "HEAD^{commit}").exitCode() != 0) {
      throw new IOException(
          "--repository: " + source + " (expected: a git repository with at least one commit)");
    }
    return absolute;
  }

  private static Optional<Path> enclosing() throws IOException, InterruptedException {
    Path here = Path.of("").toAbsolutePath();
    Git.Result top = Git.attempt(here, "rev-parse", "--show-toplevel");
    if (top.exitCode() != 0
        || Git.attempt(here, "rev-parse", "--verify", "-q", "HEAD^{commit}").exitCode() != 0) {
      return Optional.empty();
    }
    return Optional.of(Path.of(top.output().strip()));
  }

  private static boolean isShallow(Path source) throws IOException, InterruptedException {
    return Git.run(source, "rev-parse", "--is-shallow-repository").equals("true");
  }

  private static Path parent(Path directory) throws IOException {
    Path parent = directory.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IOException(directory + " has no parent directory");
    }
    return parent;
  }

  /** A shallow history has commits without their parents: written anew, it ends where it is cut. */
  private static void rewrite(Path source, Path directory)
      throws IOException, InterruptedException {
    Path stream = Files.createTempFile("history-", ".fi");
    try {
      Git.Result exported =
          Git.attemptInto(
              stream,
              source,
              "fast-export",
              "--signed-tags=strip",
              "--tag-of-filtered-object=drop",
              "--all",
              "HEAD");
      if (exported.exitCode() != 0) {
        throw new IOException("git fast-export failed: " + exported.error().strip());
      }
      load(stream, directory);
    } finally {
      Files.deleteIfExists(stream);
    }
  }

  private static void load(Path stream, Path directory) throws IOException, InterruptedException {
    Git.run(parent(directory), "init", "-q", "--bare", directory.toString());
    Git.Result imported = Git.attemptFrom(stream, directory, "fast-import", "--quiet", "--force");
    if (imported.exitCode() != 0) {
      throw new IOException("git fast-import failed: " + imported.error().strip());
    }
  }

  private static void generate(Path directory) throws IOException, InterruptedException {
    StringBuilder history = new StringBuilder();
    for (int i = 1; i <= GENERATED_COMMITS; i++) {
      String text = "line " + i + "\n";
      String message = "Change " + i + "\n";
      history
          .append("commit refs/heads/main\n")
          .append(
              String.format(
                  Locale.ROOT, "committer experiment <e@localhost> %d +0000\n", 1_500_000_000 + i))
          .append("data ")
          .append(message.length())
          .append('\n')
          .append(message)
          .append("M 100644 inline file-")
          .append(i)
          .append(".txt\n")
          .append("data ")
          .append(text.length())
          .append('\n')
          .append(text)
          .append('\n');
    }
    Path stream = Files.createTempFile("history-", ".fi");
    try {
      Files.writeString(stream, history, StandardCharsets.UTF_8);
      load(stream, directory);
    } finally {
      Files.deleteIfExists(stream);
    }
  }

  /** Points HEAD to a branch that exists: a detached checkout has none. */
  private static String defaultBranch(Path directory, Optional<Path> source)
      throws IOException, InterruptedException {
    Git.Result named = Git.attempt(directory, "symbolic-ref", "-q", "HEAD");
    boolean exists =
        named.exitCode() == 0
            && Git.attempt(directory, "rev-parse", "-q", "--verify", "HEAD^{commit}").exitCode()
                == 0;
    if (exists) {
      return named.output().strip();
    }
    String branch = "refs/heads/experiment-base";
    String commit = "";
    if (source.isPresent()) {
      String head = Git.run(source.get(), "rev-parse", "HEAD");
      if (Git.attempt(directory, "cat-file", "-e", head + "^{commit}").exitCode() == 0) {
        commit = head;
      }
    }
    if (commit.isEmpty()) {
      commit = Git.run(directory, "rev-list", "--all", "-n", "1");
    }
    Git.run(directory, "update-ref", branch, commit);
    Git.run(directory, "symbolic-ref", "HEAD", branch);
    return branch;
  }

  private static List<String> commits(Path directory) throws IOException, InterruptedException {
    return Git.run(directory, "rev-list", "-n", String.valueOf(SAMPLES), "HEAD").lines().toList();
  }

  private static List<String> blobs(Path directory) throws IOException, InterruptedException {
    List<String> blobs = new ArrayList<>();
    for (String line : Git.run(directory, "ls-tree", "-r", "-l", "HEAD").lines().toList()) {
      String[] fields = line.split("\\s+", 5);
      if (fields.length == 5 && fields[1].equals("blob") && blobs.size() < SAMPLES) {
        long size = Long.parseLong(fields[3]);
        if (size > 0 && size <= LARGEST_BLOB_BYTES) {
          blobs.add(fields[2]);
        }
      }
    }
    if (blobs.isEmpty()) {
      throw new IOException("the repository's newest commit has no file between 1 byte and 64 KiB");
    }
    return List.copyOf(blobs);
  }
}
