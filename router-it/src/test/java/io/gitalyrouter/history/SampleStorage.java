package io.gitalyrouter.history;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A storage directory with one repository whose references fill several messages, and many small
 * ones to write to: every write looks at all references of its repository. <em>Immutable.</em>
 *
 * @param root the directory
 * @param repositories how many small ones there are
 * @param commit the commit that every branch points to
 * @param parent the commit before
 */
public record SampleStorage(Path root, int repositories, String commit, String parent) {
  /** Two messages of a listing. */
  static final int BRANCHES = 600;

  private static final String LISTING = "group/listing.git";
  private static final String WRITTEN = "refs/history/";

  /** Makes it in an empty directory. */
  public static SampleStorage create(Path root, int repositories) throws IOException {
    Path listing = Files.createDirectories(root.resolve(LISTING));
    git(listing, "", "init", "-q", "--bare", "-b", "main");
    git(listing, commits(), "fast-import", "--quiet");
    Path small = root.resolve(small(0));
    copy(listing, small);
    StringBuilder branches = new StringBuilder();
    for (int i = 0; i < BRANCHES; i++) {
      branches.append(String.format("reset refs/heads/b%04d\nfrom refs/heads/main\n\n", i));
    }
    git(listing, branches.toString(), "fast-import", "--quiet");
    git(listing, "", "pack-refs", "--all");
    for (int i = 1; i < repositories; i++) {
      copy(small, root.resolve(small(i)));
    }
    return new SampleStorage(
        root,
        repositories,
        git(listing, "", "rev-parse", "main"),
        git(listing, "", "rev-parse", "main~1"));
  }

  /** The relative path of the repository with many references. */
  String listing() {
    return LISTING;
  }

  /** The relative path of a small repository. */
  static String small(int number) {
    return "group/small-" + number + ".git";
  }

  /** The name of the reference that a call writes. */
  static String reference(long callId) {
    return WRITTEN + callId;
  }

  /** A reference as a history has it. */
  static String line(String repository, long callId, String target) {
    return repository + " " + reference(callId) + " " + target;
  }

  /** What the calls have written, read from the files, whatever the servers say. */
  public Set<String> written() throws IOException {
    Set<String> lines = new HashSet<>();
    for (int i = 0; i < repositories; i++) {
      Path directory = root.resolve(small(i)).resolve(WRITTEN);
      if (Files.isDirectory(directory)) {
        try (Stream<Path> files = Files.list(directory)) {
          for (Path file : files.toList()) {
            lines.add(
                small(i)
                    + " "
                    + WRITTEN
                    + file.getFileName()
                    + " "
                    + Files.readString(file).strip());
          }
        }
      }
    }
    return lines;
  }

  private static String commits() {
    StringBuilder script = new StringBuilder();
    for (String message : List.of("one", "two", "three")) {
      script
          .append("commit refs/heads/main\ncommitter A <a@localhost> 1700000000 +0000\ndata ")
          .append(message.length())
          .append('\n')
          .append(message)
          .append("\n\n");
    }
    return script.toString();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Path target = to.resolve(from.relativize(path));
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target);
        }
      }
    }
  }

  private static String git(Path directory, String input, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
    builder.environment().put("GIT_CONFIG_NOSYSTEM", "1");
    Process git = builder.start();
    try (OutputStream stdin = git.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    }
    String output = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    try {
      if (git.waitFor() != 0) {
        throw new IOException(command + " failed: " + output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while git ran", e);
    }
    return output;
  }
}
