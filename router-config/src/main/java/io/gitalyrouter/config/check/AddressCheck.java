package io.gitalyrouter.config.check;

import io.gitalyrouter.route.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Whether an address leads anywhere: a socket that is there, a name that resolves. */
final class AddressCheck {
  static final String NAME = "address";
  private static final Pattern DNS_TARGET =
      Pattern.compile("(?://[^/]*/|/{0,3})([^:/]+)(?::\\d+)?");

  private final ExecutorService threads;
  private final Duration timeout;

  AddressCheck(ExecutorService threads, Duration timeout) {
    this.threads = threads;
    this.timeout = timeout;
  }

  CheckResult run(String subject, Endpoint endpoint) {
    return endpoint instanceof Endpoint.Unix unix
        ? socket(subject, Path.of(unix.path()))
        : name(subject, host(endpoint));
  }

  /** The host of an endpoint; empty for a unix socket. */
  static String host(Endpoint endpoint) {
    if (endpoint instanceof Endpoint.Tcp tcp) {
      return tcp.host();
    }
    if (endpoint instanceof Endpoint.Tls tls) {
      return tls.host();
    }
    if (endpoint instanceof Endpoint.Dns dns) {
      Matcher target = DNS_TARGET.matcher(dns.target());
      return target.matches() ? target.group(1) : dns.target();
    }
    return "";
  }

  private static CheckResult socket(String subject, Path path) {
    try {
      // No link is followed here that connecting would not follow as well.
      return Files.readAttributes(path, BasicFileAttributes.class).isOther()
          ? CheckResult.pass(subject, NAME, "socket " + path)
          : CheckResult.fail(
              subject, NAME, path + " is no socket", "correct the address in the configuration");
    } catch (IOException e) {
      return CheckResult.fail(
          subject,
          NAME,
          "socket "
              + path
              + " is not there, or not open to this user: "
              + e.getClass().getSimpleName(),
          "run this on the worker host, as a user who may use the socket; check that Gitaly runs");
    }
  }

  private CheckResult name(String subject, String host) {
    Future<InetAddress[]> asked = threads.submit(() -> InetAddress.getAllByName(host));
    try {
      InetAddress[] found = asked.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      return CheckResult.pass(
          subject,
          NAME,
          host
              + " is "
              + Arrays.stream(found)
                  .map(InetAddress::getHostAddress)
                  .distinct()
                  .sorted()
                  .collect(Collectors.joining(", ")));
    } catch (ExecutionException e) {
      return unresolved(
          subject,
          host,
          e.getCause() instanceof UnknownHostException
              ? "is not known"
              : String.valueOf(e.getCause()));
    } catch (TimeoutException e) {
      asked.cancel(/* mayInterruptIfRunning= */ true);
      return unresolved(subject, host, "was not resolved within " + timeout.toMillis() + " ms");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return unresolved(subject, host, "was not asked: interrupted");
    }
  }

  private static CheckResult unresolved(String subject, String host, String why) {
    return CheckResult.fail(
        subject,
        NAME,
        "name " + host + " " + why,
        "correct the address in the configuration, or this host's name service");
  }
}
