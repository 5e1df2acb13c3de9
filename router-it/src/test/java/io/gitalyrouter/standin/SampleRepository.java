package io.gitalyrouter.standin;

import io.gitalyrouter.it.proto.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** A bare repository made by git: a merge, tags of both kinds, and a blob of several messages. */
public final class SampleRepository {
  /** Its path below the storage. */
  public static final String PATH = "group/sample.git";

  static final int BIG_BLOB = 300_000;

  private final Path bare;

  private SampleRepository(Path bare) {
    this.bare = bare;
  }

  /** Makes it on a storage, with its work tree beside it. */
  public static SampleRepository create(Path storage, Path scratch) {
    try {
      Path tree = Files.createDirectories(scratch.resolve("tree"));
      GitCli git = new GitCli(tree);
      git.run("init", "-q", "-b", "main");
      for (int i = 1; i <= 5; i++) {
        commit(git, tree, "file" + i, "Commit " + i + "\n\nIts body.\n\nSigned-off-by: A <a@b>");
      }
      git.run("tag", "light");
      git.run("tag", "-a", "-m", "Heavy", "heavy");
      git.run("checkout", "-q", "-b", "side", "HEAD~2");
      commit(git, tree, "side", "On the side");
      git.run("checkout", "-q", "main");
      git.run("merge", "-q", "--no-ff", "-m", "Merge side", "side");
      byte[] big = new byte[BIG_BLOB];
      new Random(1).nextBytes(big);
      Files.write(tree.resolve("big"), big);
      git.run("add", ".");
      git.run("commit", "-q", "-m", "Add a big file");
      Path bare = storage.resolve(PATH);
      Files.createDirectories(bare.resolveSibling(""));
      git.run("clone", "-q", "--bare", tree.toString(), bare.toString());
      return new SampleRepository(bare);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  GitCli git() {
    return new GitCli(bare);
  }

  String url() {
    return bare.toUri().toString();
  }

  static Repository message(String storage) {
    return Repository.newBuilder().setStorageName(storage).setRelativePath(PATH).build();
  }

  private static void commit(GitCli git, Path tree, String file, String message)
      throws IOException {
    Files.writeString(tree.resolve(file), message);
    git.run("add", ".");
    git.run("commit", "-q", "-m", message);
  }
}
