package io.gitalyrouter.standin.storage;

import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/**
 * The storages of a server, and the way from a request's repository to one on disk. *Immutable.*
 *
 * <p>A repository is opened anew for every call: what another process wrote before the call is
 * always seen by it.
 */
public final class Storages {
  private final Map<String, Path> roots;

  private Storages(Map<String, Path> roots) {
    this.roots = roots;
  }

  /**
   * Opens storages by name, and marks each with a file system id.
   *
   * @throws IOException if a mark cannot be written
   */
  public static Storages open(Map<String, Path> roots) throws IOException {
    IsolatedSettings.install();
    Map<String, Path> absolute = new LinkedHashMap<>();
    for (Map.Entry<String, Path> root : roots.entrySet()) {
      Path path = root.getValue().toAbsolutePath().normalize();
      FilesystemId.ensure(path);
      absolute.put(root.getKey(), path);
    }
    return new Storages(absolute);
  }

  /** Directories by storage name, in the order of the configuration. */
  public Map<String, Path> roots() {
    return new LinkedHashMap<>(roots);
  }

  /**
   * Opens a repository that exists. The caller closes it.
   *
   * @throws io.grpc.StatusRuntimeException if the request names none, or none that is there
   */
  public Repository open(io.gitalyrouter.it.proto.Repository repository) throws IOException {
    Path path = locate(repository);
    if (!Files.isDirectory(path)) {
      throw Status.NOT_FOUND.withDescription("repository not found").asRuntimeException();
    }
    if (!isRepository(path)) {
      throw Status.FAILED_PRECONDITION.withDescription("repository not valid").asRuntimeException();
    }
    return at(path);
  }

  /**
   * Whether there is a repository.
   *
   * @throws io.grpc.StatusRuntimeException if the request names none, or its storage is not there
   */
  public boolean exists(io.gitalyrouter.it.proto.Repository repository) {
    return isRepository(locate(repository));
  }

  /**
   * Creates a bare repository: completely, or not at all.
   *
   * @param headTarget full name of the reference that HEAD points to
   * @throws io.grpc.StatusRuntimeException ALREADY_EXISTS if something is there
   */
  public void create(io.gitalyrouter.it.proto.Repository repository, String headTarget)
      throws IOException {
    Path path = locate(repository);
    if (Files.exists(path)) {
      throw alreadyExists();
    }
    Path draft =
        requireRoot(repository).resolve("+gitaly/tmp").resolve("create-" + UUID.randomUUID());
    Files.createDirectories(draft);
    Files.createDirectories(path.resolveSibling(""));
    try (Repository created = at(draft)) {
      created.create(/* bare= */ true);
      RefUpdate head = created.updateRef(Constants.HEAD);
      head.disableRefLog();
      head.link(headTarget);
    }
    try {
      Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      // A rename goes over nothing but an empty directory: the other one was faster.
      if (Files.exists(path)) {
        throw alreadyExists();
      }
      throw e;
    }
  }

  /**
   * The directory of a repository, which may be absent.
   *
   * @throws io.grpc.StatusRuntimeException if the request names none, or its storage is not there
   */
  public Path locate(io.gitalyrouter.it.proto.Repository repository) {
    if (repository.equals(io.gitalyrouter.it.proto.Repository.getDefaultInstance())) {
      throw invalid("repository not set");
    }
    Path root = requireRoot(repository);
    if (!Files.isDirectory(root)) {
      throw Status.NOT_FOUND.withDescription("storage does not exist").asRuntimeException();
    }
    if (repository.getRelativePath().isEmpty()) {
      throw invalid("repository path not set");
    }
    Path path;
    try {
      path = root.resolve(repository.getRelativePath()).normalize();
    } catch (InvalidPathException e) {
      throw invalid("repository path not valid");
    }
    if (!path.startsWith(root) || path.equals(root)) {
      throw invalid("relative path escapes root directory");
    }
    return path;
  }

  private Path requireRoot(io.gitalyrouter.it.proto.Repository repository) {
    Path root = roots.get(repository.getStorageName());
    if (root == null) {
      throw invalid("storage name not found");
    }
    return root;
  }

  private static Repository at(Path path) throws IOException {
    return new FileRepositoryBuilder().setGitDir(path.toFile()).setBare().build();
  }

  private static boolean isRepository(Path path) {
    return Files.isDirectory(path.resolve("objects"))
        && Files.isDirectory(path.resolve("refs"))
        && Files.exists(path.resolve("HEAD"));
  }

  private static RuntimeException alreadyExists() {
    return Status.ALREADY_EXISTS.withDescription("repository exists already").asRuntimeException();
  }

  private static RuntimeException invalid(String description) {
    return Status.INVALID_ARGUMENT.withDescription(description).asRuntimeException();
  }
}
