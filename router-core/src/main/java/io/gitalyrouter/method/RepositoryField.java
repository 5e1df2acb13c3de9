package io.gitalyrouter.method;

import io.gitalyrouter.wire.WireFields;

/**
 * Where the first request of a call names the repository that it is about: a path of field numbers.
 * <em>Immutable.</em>
 */
public final class RepositoryField {
  /** The request names no repository, or it is not known where. */
  public static final RepositoryField NONE = new RepositoryField();

  /** Fields of {@code gitaly.Repository}, equal in all versions of Gitaly. */
  private static final int GIT_OBJECT_DIRECTORY = 4;

  private static final int GIT_ALTERNATE_OBJECT_DIRECTORIES = 5;

  private final int[] path;

  private RepositoryField(int... path) {
    this.path = path;
  }

  /** Reads a path such as {@code 1.1}; {@code -} is none. */
  static RepositoryField parse(String text) {
    if (text.equals("-")) {
      return NONE;
    }
    String[] numbers = text.split("\\.", -1);
    int[] path = new int[numbers.length];
    for (int i = 0; i < path.length; i++) {
      path[i] = Integer.parseInt(numbers[i]);
    }
    return new RepositoryField(path);
  }

  /** Whether there is a repository to look at. */
  public boolean isKnown() {
    return path.length > 0;
  }

  /**
   * Whether a request is about objects in quarantine: those of a push that is not accepted yet, in
   * a directory that the server which takes the push made for itself.
   *
   * @param bytes begin with the whole message; if that is no protobuf message it names none
   * @param length of the message
   */
  public boolean namesQuarantine(byte[] bytes, int length) {
    try {
      return isKnown() && namesQuarantine(WireFields.ofFirst(bytes, length), 0);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private boolean namesQuarantine(WireFields fields, int depth) {
    while (fields.next()) {
      if (depth < path.length) {
        // A field that stands twice is one message in two parts.
        if (fields.number() == path[depth]) {
          int outer = fields.enter();
          if (namesQuarantine(fields, depth + 1)) {
            return true;
          }
          fields.leave(outer);
        }
      } else if (fields.hasContent()
          && (fields.number() == GIT_OBJECT_DIRECTORY
              || fields.number() == GIT_ALTERNATE_OBJECT_DIRECTORIES)) {
        return true;
      }
    }
    return false;
  }
}
