package io.gitalyrouter.route;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The address forms that {@link Endpoint#parse} accepts. <em>Immutable.</em> */
final class EndpointSyntax {
  private static final Pattern HOST_AND_PORT =
      Pattern.compile(
          "(?:\\[(?<six>[0-9A-Fa-f:.%]+)]|(?<host>[^:/\\[\\]\\s]+)):(?<port>[0-9]{1,5})");
  private static final Pattern DNS =
      Pattern.compile("(?://(?<server>[^/\\s]*)/|/{0,3})(?<name>[^:/\\s]+(?::[0-9]{1,5})?)");

  private static final List<String> SCHEMES = List.of("unix", "tcp", "tls", "dns", "http", "https");

  /**
   * Mistakes that are surely no secret: a scheme, if there is one, then dotted host names with a
   * port, or the path of a socket.
   */
  private static final Pattern SAFE =
      Pattern.compile(
          "(?:[a-z]{1,5}:?//)?[A-Za-z0-9-]{1,63}(?:\\.[A-Za-z0-9-]{1,63})*:[0-9]{1,6}/?"
              + "|(?:unix:)?/{0,2}[\\w./-]+\\.sock(?:et)?");

  private static final String EXPECTED =
      "(expected: unix:/abs/path, tcp://host:port, tls://host:port or dns:host:port)";

  private EndpointSyntax() {}

  static Endpoint parse(String address) {
    int colon = address.indexOf(':');
    String scheme = colon < 0 ? "" : address.substring(0, colon);
    String rest = address.substring(colon + 1);
    return switch (scheme) {
      case "unix" -> unix(address, rest);
      case "tcp" -> {
        Matcher m = hostAndPort(address, rest);
        yield new Endpoint.Tcp(host(m), port(address, m), Token.none());
      }
      case "tls" -> {
        Matcher m = hostAndPort(address, rest);
        yield new Endpoint.Tls(
            host(m), port(address, m), Token.none(), Optional.empty(), Optional.empty());
      }
      case "dns" -> {
        if (!DNS.matcher(rest).matches()) {
          throw refused(address);
        }
        yield new Endpoint.Dns(rest, Token.none());
      }
      default -> throw refused(address);
    };
  }

  private static Endpoint unix(String address, String rest) {
    // unix://foo/bar is an absolute path to one client, a relative one to another: refuse it.
    if (rest.startsWith("//") && !rest.startsWith("///")) {
      throw refused(address);
    }
    String path = rest.startsWith("///") ? rest.substring(2) : rest;
    if (!path.startsWith("/") || path.equals("/")) {
      throw refused(address);
    }
    return new Endpoint.Unix(path, Token.none());
  }

  private static Matcher hostAndPort(String address, String rest) {
    Matcher m = HOST_AND_PORT.matcher(rest.startsWith("//") ? rest.substring(2) : "");
    if (!m.matches()) {
      throw refused(address);
    }
    return m;
  }

  private static String host(Matcher m) {
    String six = m.group("six");
    return six == null ? m.group("host") : six;
  }

  private static int port(String address, Matcher m) {
    int port = Integer.parseInt(m.group("port"));
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "address: %s has port %d (expected: 1-65535)", address, port));
    }
    return port;
  }

  static void checkHostAndPort(String host, int port) {
    if (host.isBlank()) {
      throw new IllegalArgumentException("host: empty (expected: a name or an IP address)");
    }
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "port: %d (expected: 1-65535)", port));
    }
  }

  static String authority(String host, int port) {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  private static IllegalArgumentException refused(String address) {
    return new IllegalArgumentException("address: " + shown(address) + " " + EXPECTED);
  }

  /**
   * What is no address may be a secret in the wrong place: it is shown only as far as it is one.
   */
  private static String shown(String address) {
    if (SAFE.matcher(address).matches()) {
      return '"' + address + '"';
    }
    String hidden = address.length() + " characters that are no address, not shown";
    return SCHEMES.stream()
        .filter(scheme -> address.startsWith(scheme + ":"))
        .findFirst()
        .map(scheme -> '"' + scheme + ":...\", " + hidden)
        .orElse(hidden);
  }
}
