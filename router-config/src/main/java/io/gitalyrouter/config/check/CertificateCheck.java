package io.gitalyrouter.config.check;

import io.gitalyrouter.route.Endpoint;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How long the certificates of a connection are still valid: those that the server showed, and the
 * one that is shown to it. That they are valid now was proved by the handshake. <em>Immutable.</em>
 */
final class CertificateCheck {
  static final String NAME = "certificate";

  private CertificateCheck() {}

  static CheckResult run(
      String subject,
      Endpoint.Tls endpoint,
      List<X509Certificate> server,
      Clock clock,
      Duration margin) {
    if (server.isEmpty()) {
      return CheckResult.notMade(subject, NAME, "the server showed no certificate");
    }
    List<X509Certificate> shown = new ArrayList<>(server);
    try {
      if (endpoint.identity().isPresent()) {
        shown.addAll(endpoint.identity().get().certificates());
      }
    } catch (IOException e) {
      return CheckResult.notMade(subject, NAME, String.valueOf(e.getMessage()));
    }
    X509Certificate first =
        shown.stream().min(Comparator.comparing(X509Certificate::getNotAfter)).orElseThrow();
    return judge(subject, first, clock.instant(), margin);
  }

  private static CheckResult judge(
      String subject, X509Certificate first, Instant now, Duration margin) {
    Instant end = first.getNotAfter().toInstant();
    String found = "valid until " + end + " (" + first.getSubjectX500Principal().getName() + ")";
    return end.isAfter(now.plus(margin))
        ? CheckResult.pass(subject, NAME, found)
        : CheckResult.warn(
            subject,
            NAME,
            found + ", less than " + margin.toDays() + " days",
            "renew it before the change, or end the change before that day");
  }
}
