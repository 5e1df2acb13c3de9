package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.DocumentView;
import io.gitalyrouter.route.Endpoint;
import io.gitalyrouter.route.StorageRoutes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Makes text without the secrets that a document or a log may hold: those of its endpoints,
 * wherever they stand, and what looks like one. <em>Immutable.</em>
 */
final class Blanked {
  private static final Pattern INLINE =
      Pattern.compile("(insecure_inline_token[\"']?\\s*:\\s*)(\"[^\"]*\"|'[^']*'|[^\\s,}]+)");
  private static final Pattern BEARER = Pattern.compile("(?i)(bearer\\s+)\\S+");
  private static final Pattern KEY =
      Pattern.compile("(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----");

  /** A shorter one would blank half of the words. */
  private static final int SHORTEST_SECRET = 4;

  private final Set<String> secrets;

  private Blanked(Set<String> secrets) {
    this.secrets = secrets;
  }

  /** Knows the secrets of a document, as far as this process may read their files. */
  static Blanked of(Optional<DocumentView> document) {
    Set<String> secrets = new LinkedHashSet<>();
    document.ifPresent(
        view ->
            view.table("").storages().values().stream()
                .flatMap(Blanked::endpoints)
                .map(Blanked::secret)
                .filter(secret -> secret.length() >= SHORTEST_SECRET)
                .forEach(secrets::add));
    return new Blanked(secrets);
  }

  private static Stream<Endpoint> endpoints(StorageRoutes routes) {
    return Stream.concat(Stream.of(routes.local()), routes.network().stream());
  }

  /** Empty if there is none, or it cannot be read: then it cannot be found in a text either. */
  private static String secret(Endpoint endpoint) {
    try {
      return new String(endpoint.token().secret(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  String text(String text) {
    String blanked = INLINE.matcher(text).replaceAll("$1REDACTED");
    blanked = BEARER.matcher(blanked).replaceAll("$1REDACTED");
    blanked = KEY.matcher(blanked).replaceAll(Matcher.quoteReplacement("PRIVATE KEY REDACTED"));
    for (String secret : secrets) {
      blanked = blanked.replace(secret, "REDACTED");
    }
    return blanked;
  }
}
