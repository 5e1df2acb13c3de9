package io.gitalyrouter.config;

/**
 * A name of a host entry, in which {@code *} stands for any characters, or none. Without one it is
 * the name of a single host. <em>Immutable.</em>
 *
 * @param text as it is written
 */
record HostPattern(String text) {
  private static final char ANY = '*';

  /** Whether it can stand for several hosts. */
  boolean isPattern() {
    return text.indexOf(ANY) >= 0;
  }

  /** Whether it stands for this host. Takes no more than one step for each pair of characters. */
  boolean matches(String host) {
    int at = 0;
    int inHost = 0;
    int star = -1;
    int starInHost = 0;
    while (inHost < host.length()) {
      if (at < text.length() && text.charAt(at) == ANY) {
        star = at++;
        starInHost = inHost;
      } else if (at < text.length() && text.charAt(at) == host.charAt(inHost)) {
        at++;
        inHost++;
      } else if (star >= 0) {
        // The last star takes one character more.
        at = star + 1;
        inHost = ++starInHost;
      } else {
        return false;
      }
    }
    while (at < text.length() && text.charAt(at) == ANY) {
      at++;
    }
    return at == text.length();
  }

  /**
   * Whether it stands for every host that the other stands for: only a star can stand for a star.
   */
  boolean covers(HostPattern other) {
    return matches(other.text);
  }
}
