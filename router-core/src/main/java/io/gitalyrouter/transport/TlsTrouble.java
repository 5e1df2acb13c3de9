package io.gitalyrouter.transport;

import io.gitalyrouter.route.ClientIdentity;
import io.gitalyrouter.route.Endpoint;
import io.netty.handler.ssl.NotSslRecordException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a failed TLS handshake means, and what to do about it. <em>Immutable.</em>
 *
 * @param what what was seen, for a person
 * @param advice what to do
 */
record TlsTrouble(String what, String advice) {
  /** As the JDK and OpenSSL write down what a server said last. */
  private static final Pattern ALERT = Pattern.compile("(?i)alert[:_ ]+([a-z_ ]+)");

  /** What servers answer to a client certificate that they do not take, or that is not there. */
  private static final Set<String> OF_CLIENT_CERTIFICATE =
      Set.of(
          "bad_certificate",
          "unsupported_certificate",
          "certificate_revoked",
          "certificate_expired",
          "certificate_unknown",
          "certificate_required",
          "unknown_ca",
          "access_denied",
          "handshake_failure");

  /** What the failure means; empty if it has nothing to do with TLS. */
  static Optional<TlsTrouble> of(Endpoint.Tls endpoint, @Nullable Throwable failure) {
    return serverCertificate(endpoint, failure)
        .or(() -> find(failure, NotSslRecordException.class).map(e -> noTls()))
        .or(() -> alert(failure).map(alert -> refusal(endpoint, alert)))
        .or(() -> isCut(failure) ? Optional.of(closed(endpoint)) : Optional.empty());
  }

  private static Optional<TlsTrouble> serverCertificate(
      Endpoint.Tls endpoint, @Nullable Throwable failure) {
    return find(failure, CertificateExpiredException.class)
        .map(e -> outOfTime("has expired", e))
        .or(
            () ->
                find(failure, CertificateNotYetValidException.class)
                    .map(e -> outOfTime("is not yet valid", e)))
        .or(() -> find(failure, CertPathBuilderException.class).map(e -> unknownCa(endpoint)))
        .or(
            () ->
                find(failure, CertPathValidatorException.class)
                    .map(e -> invalid(endpoint, String.valueOf(e.getMessage()))))
        .or(
            () ->
                find(failure, CertificateException.class)
                    .map(e -> wrongHost(endpoint, String.valueOf(e.getMessage()))));
  }

  private static TlsTrouble outOfTime(String how, Exception e) {
    return new TlsTrouble(
        "the server's certificate, or one that signed it, " + how + " (" + e.getMessage() + ")",
        "give the server a valid one, and have it read it; if the dates are right, correct this"
            + " host's clock");
  }

  private static TlsTrouble unknownCa(Endpoint.Tls endpoint) {
    String trusted =
        endpoint
            .caFile()
            .map(file -> "in ca_file " + file)
            .orElse("among the platform's certificates (there is no ca_file)");
    return new TlsTrouble(
        "unknown CA: nothing " + trusted + " signed the server's certificate",
        "put the certificate of the CA that did into ca_file, or correct the address");
  }

  private static TlsTrouble invalid(Endpoint.Tls endpoint, String why) {
    return why.contains("trust anchor")
        ? unknownCa(endpoint)
        : new TlsTrouble(
            "the server's certificate is not valid: " + why, "give the server another one");
  }

  private static TlsTrouble wrongHost(Endpoint.Tls endpoint, String why) {
    return new TlsTrouble(
        "the server's certificate is not for " + endpoint.host() + ": " + why,
        "write a name into the address that the certificate carries, or give the server one with "
            + endpoint.host()
            + " among its subject alternative names");
  }

  private static TlsTrouble noTls() {
    return new TlsTrouble(
        "the server does not speak TLS on this port",
        "write the address with tcp:// for a plain-text port, or with the port on which the server"
            + " speaks TLS");
  }

  private static TlsTrouble refusal(Endpoint.Tls endpoint, String alert) {
    if (!OF_CLIENT_CERTIFICATE.contains(alert)) {
      return new TlsTrouble(
          "the server refuses the TLS handshake (alert " + alert + ")",
          "see the server's log; TLS 1.2 or 1.3 with a common cipher is needed");
    }
    if (endpoint.identity().isEmpty()) {
      return new TlsTrouble(
          "the server wants a client certificate, and there is none (alert " + alert + ")",
          "set cert_file and key_file of this endpoint, or have the server not ask for one");
    }
    ClientIdentity identity = endpoint.identity().get();
    return new TlsTrouble(
        "the server refuses the client certificate of cert_file "
            + identity.certFile()
            + validity(identity)
            + " (alert "
            + alert
            + ")",
        "compare its dates, and the CA that issued it with those that the server trusts;"
            + " the server's log may say more");
  }

  private static String validity(ClientIdentity identity) {
    try {
      X509Certificate own = identity.certificates().get(0);
      return String.format(
          Locale.ROOT,
          ", %s, issued by %s, valid from %s to %s",
          own.getSubjectX500Principal().getName(),
          own.getIssuerX500Principal().getName(),
          own.getNotBefore().toInstant(),
          own.getNotAfter().toInstant());
    } catch (IOException e) {
      return "";
    }
  }

  private static boolean isCut(@Nullable Throwable failure) {
    // A server that refuses a client may drop the connection before its alert is read.
    return find(failure, ClosedChannelException.class).isPresent()
        || find(failure, IOException.class)
            .filter(e -> String.valueOf(e.getMessage()).contains("reset"))
            .isPresent();
  }

  private static TlsTrouble closed(Endpoint.Tls endpoint) {
    return new TlsTrouble(
        "the server closed the connection during the TLS handshake",
        "check that the server speaks TLS on this port; if not, write the address with tcp://"
            + (endpoint.identity().isEmpty()
                ? ". It may also want a client certificate: cert_file and key_file"
                : ". It may also refuse the client certificate; see its log"));
  }

  private static Optional<String> alert(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      Matcher said = ALERT.matcher(String.valueOf(cause.getMessage()));
      if (said.find()) {
        return Optional.of(said.group(1).strip().replace(' ', '_').toLowerCase(Locale.ROOT));
      }
    }
    return Optional.empty();
  }

  private static <T extends Throwable> Optional<T> find(
      @Nullable Throwable failure, Class<T> type) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return Optional.of(type.cast(cause));
      }
    }
    return Optional.empty();
  }
}
