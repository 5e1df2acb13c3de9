package io.gitalyrouter.config.check;

import io.gitalyrouter.config.check.GitalyQuestions.Served;
import io.gitalyrouter.config.check.GitalyQuestions.ServerInfo;
import io.gitalyrouter.event.RouterEvent.Trouble;
import io.gitalyrouter.route.Endpoint;
import io.gitalyrouter.route.Route;
import io.gitalyrouter.transport.ChannelSource;
import io.gitalyrouter.transport.DirectLine;
import io.gitalyrouter.transport.DirectLine.Answer;
import io.gitalyrouter.transport.DirectLine.Question;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Asks one endpoint of one storage, over a connection of its own, from the address to what it
 * serves. <em>Not thread-safe; confined to the task that runs it.</em>
 */
final class RouteSurvey {
  static final String CONNECT = "connect";
  static final String TOKEN = "token";
  static final String HEALTH = "health";
  static final String VERSION = "version";
  static final String STORAGE = "storage";

  private final PrecheckPlan plan;
  private final String storage;
  private final Route route;
  private final Endpoint endpoint;
  private final Clock clock;
  private final String subject;
  private final List<CheckResult> results = new ArrayList<>();

  RouteSurvey(PrecheckPlan plan, String storage, Route route, Endpoint endpoint, Clock clock) {
    this.plan = plan;
    this.storage = storage;
    this.route = route;
    this.endpoint = endpoint;
    this.clock = clock;
    this.subject = subject(storage, route);
  }

  static String subject(String storage, Route route) {
    return storage + " " + route.name().toLowerCase(Locale.ROOT);
  }

  /** The names of the checks of a route, in order. */
  static List<String> names(Endpoint endpoint) {
    List<String> names = new ArrayList<>(List.of(AddressCheck.NAME, CONNECT));
    if (endpoint instanceof Endpoint.Tls) {
      names.add(CertificateCheck.NAME);
    }
    names.addAll(List.of(TOKEN, HEALTH, VERSION, STORAGE, ClockCheck.NAME));
    return names;
  }

  RouteFacts run(AddressCheck address, ChannelSource channels) {
    results.add(address.run(subject, endpoint));
    if (results.get(0).level() == CheckLevel.FAIL) {
      return stoppedAt(AddressCheck.NAME);
    }
    try (DirectLine line = DirectLine.open(endpoint, channels, clock)) {
      return ask(line);
    } catch (IOException e) {
      results.add(
          CheckResult.fail(
              subject, CONNECT, String.valueOf(e.getMessage()), "mend the file, and check again"));
      return stoppedAt(CONNECT);
    }
  }

  private RouteFacts ask(DirectLine line) {
    Answer health = line.ask(Question.of(GitalyQuestions.HEALTH, plan.timeout()));
    if (!health.connected()) {
      results.add(troubled(CONNECT, health));
      return stoppedAt(CONNECT);
    }
    results.add(CheckResult.pass(subject, CONNECT, endpoint.address()));
    if (endpoint instanceof Endpoint.Tls tls) {
      results.add(
          CertificateCheck.run(
              subject, tls, health.certificates(), clock, plan.certificateMargin()));
    }
    Question question = Question.of(GitalyQuestions.SERVER_INFO, plan.timeout());
    Answer answer = line.ask(question);
    if (!answer.isOk()) {
      results.add(troubled(TOKEN, answer));
      results.add(health(health));
      return stoppedAt(TOKEN);
    }
    results.add(token());
    results.add(health(health));
    return served(line, question, answer);
  }

  private RouteFacts served(DirectLine line, Question question, Answer answer) {
    ServerInfo info;
    try {
      info = GitalyQuestions.serverInfo(answer.messages());
    } catch (IllegalArgumentException e) {
      results.add(
          CheckResult.fail(
              subject, VERSION, "no answer to ServerInfo: " + e.getMessage(), "is it a Gitaly?"));
      return stoppedAt(VERSION);
    }
    results.add(version(info.version()));
    results.add(storage(Optional.ofNullable(info.storages().get(storage))));
    results.add(ClockCheck.run(subject, line, !endpoint.token().isNone(), question));
    return new RouteFacts(results, Optional.of(info));
  }

  private CheckResult token() {
    if (!endpoint.token().isNone()) {
      return CheckResult.pass(subject, TOKEN, "accepted, from " + endpoint.token());
    }
    return route == Route.LOCAL
        ? CheckResult.pass(subject, TOKEN, "none is needed")
        : CheckResult.warn(
            subject,
            TOKEN,
            "the server takes calls without a token",
            "set auth.token on the server and token_file here, or be sure of the network");
  }

  private CheckResult health(Answer answer) {
    if (answer.code().equals("UNIMPLEMENTED")) {
      return CheckResult.warn(
          subject,
          HEALTH,
          "the server has no health service; it answers",
          "install a Gitaly that has one");
    }
    if (!answer.isOk()) {
      return troubled(HEALTH, answer);
    }
    return GitalyQuestions.isServing(answer.messages())
        ? CheckResult.pass(subject, HEALTH, "SERVING")
        : CheckResult.fail(subject, HEALTH, "not SERVING", "see the server's log");
  }

  private CheckResult version(String version) {
    String shown = version.isEmpty() ? "unknown" : version;
    if (version.isEmpty() || plan.expectVersion().filter(v -> !v.equals(version)).isPresent()) {
      return CheckResult.fail(
          subject,
          VERSION,
          shown + plan.expectVersion().map(v -> ", expected " + v).orElse(""),
          "deploy the expected version there, and restart it, before any host has the role");
    }
    return CheckResult.pass(subject, VERSION, shown);
  }

  private CheckResult storage(Optional<Served> served) {
    if (served.isEmpty()) {
      return CheckResult.fail(
          subject,
          STORAGE,
          "the server does not know storage " + storage,
          "name it in the server's configuration, or correct the address");
    }
    return served.get().readable()
        ? CheckResult.pass(subject, STORAGE, "served and readable")
        : CheckResult.fail(
            subject, STORAGE, "not readable by the server", "check the mount and its permissions");
  }

  private CheckResult troubled(String check, Answer answer) {
    Trouble trouble = answer.trouble().orElseThrow();
    return CheckResult.fail(
        subject, check, endpoint.address() + ": " + trouble.what(), trouble.advice());
  }

  /** Every check that is not there yet could not be made. */
  private RouteFacts stoppedAt(String failed) {
    List<String> done = results.stream().map(CheckResult::check).toList();
    names(endpoint).stream()
        .filter(name -> !done.contains(name))
        .forEach(name -> results.add(CheckResult.notMade(subject, name, failed + " failed")));
    return new RouteFacts(results, Optional.empty());
  }
}
