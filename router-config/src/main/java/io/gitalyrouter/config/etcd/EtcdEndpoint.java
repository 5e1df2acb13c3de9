package io.gitalyrouter.config.etcd;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * The client address of one etcd member. <em>Immutable.</em>
 *
 * @param host its name or address; an IPv6 address stands in brackets
 * @param port 1 to 65535
 * @param isTls whether it speaks TLS
 */
public record EtcdEndpoint(String host, int port, boolean isTls) {
  private static final int DEFAULT_PORT = 2379;
  private static final String FORMS = "http://host:2379, https://host:2379 or host:2379";

  /**
   * Reads an endpoint as etcd's own tools write it; the port is 2379 unless it is given.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static EtcdEndpoint parse(String text) {
    String whole = text.contains("://") ? text : "http://" + text;
    URI uri;
    try {
      uri = new URI(whole);
    } catch (URISyntaxException e) {
      // Not as the cause: it quotes the text.
      throw new IllegalArgumentException(wrong(text));
    }
    boolean tls = "https".equals(uri.getScheme());
    boolean plain = "http".equals(uri.getScheme());
    int port = uri.getPort() == -1 ? DEFAULT_PORT : uri.getPort();
    boolean bare = uri.getPath().isEmpty() || uri.getPath().equals("/");
    if (uri.getUserInfo() != null) {
      // Not shown: what stands before the @ may be a password.
      throw new IllegalArgumentException("endpoint: has a user (expected: " + FORMS + ")");
    }
    if (!(tls || plain) || uri.getHost() == null || !bare || port < 1 || port > 65535) {
      throw new IllegalArgumentException(wrong(text));
    }
    return new EtcdEndpoint(uri.getHost(), port, tls);
  }

  private static String wrong(String text) {
    String shown = text.contains("@") ? "has a user" : '"' + text + '"';
    return "endpoint: " + shown + " (expected: " + FORMS + ")";
  }

  @Override
  public String toString() {
    return (isTls ? "https://" : "http://") + host + ":" + port;
  }
}
