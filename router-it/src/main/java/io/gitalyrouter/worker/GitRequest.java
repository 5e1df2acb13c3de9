package io.gitalyrouter.worker;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a client of the {@code git://} protocol asks for in its one request line.
 * <em>Immutable.</em>
 *
 * @param service which program it wants to talk to
 * @param relativePath the repository below its storage, without a leading slash
 * @param protocol the value of {@code GIT_PROTOCOL}, such as {@code version=2}; may be empty
 */
record GitRequest(Service service, String relativePath, String protocol) {

  /** The two programs behind git's transports. */
  enum Service {
    /** Serves clone and fetch. */
    UPLOAD_PACK("git-upload-pack"),
    /** Serves push. */
    RECEIVE_PACK("git-receive-pack");

    private final String program;

    Service(String program) {
      this.program = program;
    }
  }

  /**
   * Reads a request line: the program, the path, the host, and after an empty field what newer
   * clients add.
   *
   * @throws IllegalArgumentException saying what is wrong, fit to be shown to the client
   */
  static GitRequest parse(byte[] line) {
    String text = new String(line, StandardCharsets.UTF_8);
    List<String> fields = List.of(text.split("\0", -1));
    String command = fields.get(0).stripTrailing();
    int space = command.indexOf(' ');
    String program = space < 0 ? command : command.substring(0, space);
    String path = space < 0 ? "" : command.substring(space + 1);
    return new GitRequest(service(program), relative(path), protocol(fields));
  }

  private static Service service(String program) {
    for (Service service : Service.values()) {
      if (service.program.equals(program)) {
        return service;
      }
    }
    throw new IllegalArgumentException(
        "service \""
            + program
            + "\" is not served here (expected: git-upload-pack or git-receive-pack)");
  }

  private static String relative(String path) {
    if (!path.startsWith("/") || path.length() < 2) {
      throw new IllegalArgumentException("path \"" + path + "\" (expected: /group/project.git)");
    }
    for (String part : path.substring(1).split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        throw new IllegalArgumentException(
            "path \"" + path + "\" (expected: no empty, . or .. part)");
      }
    }
    return path.substring(1);
  }

  private static String protocol(List<String> fields) {
    int separator = fields.subList(1, fields.size()).indexOf("") + 1;
    if (separator == 0) {
      return "";
    }
    List<String> parameters = new ArrayList<>(fields.subList(separator + 1, fields.size()));
    parameters.removeIf(String::isEmpty);
    return String.join(":", parameters);
  }
}
