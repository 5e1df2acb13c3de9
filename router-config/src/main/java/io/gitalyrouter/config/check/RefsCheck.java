package io.gitalyrouter.config.check;

import io.gitalyrouter.event.RouterEvent.Trouble;
import io.gitalyrouter.route.Endpoint;
import io.gitalyrouter.transport.ChannelSource;
import io.gitalyrouter.transport.DirectLine;
import io.gitalyrouter.transport.DirectLine.Answer;
import io.gitalyrouter.transport.DirectLine.Question;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Reads HEAD, branches and tags of one repository on both routes and compares them. The repository
 * may be in use: a difference counts only if it is there three times. <em>Immutable.</em>
 */
final class RefsCheck {
  static final String NAME = "same refs";
  private static final int ROUNDS = 3;
  private static final int SHOWN = 3;

  private final ChannelSource channels;
  private final Clock clock;
  private final Duration timeout;

  RefsCheck(ChannelSource channels, Clock clock, Duration timeout) {
    this.channels = channels;
    this.clock = clock;
    this.timeout = timeout;
  }

  /** That nobody named a repository. */
  static CheckResult notAsked(String storage) {
    return CheckResult.warn(
        storage, NAME, "not asked", "name a repository: --probe-repository " + storage + ":PATH");
  }

  CheckResult run(String storage, String path, Endpoint local, Endpoint network) {
    Question question =
        Question.of(GitalyQuestions.LIST_REFS, timeout)
            .withRequest(GitalyQuestions.listRefs(storage, path));
    try (DirectLine here = DirectLine.open(local, channels, clock);
        DirectLine there = DirectLine.open(network, channels, clock)) {
      return compare(storage, path, here, there, question);
    } catch (IOException | IllegalArgumentException e) {
      return CheckResult.notMade(storage, NAME, String.valueOf(e.getMessage()));
    }
  }

  private static CheckResult compare(
      String storage, String path, DirectLine here, DirectLine there, Question question) {
    Map<String, String> ours = Map.of();
    Map<String, String> theirs = Map.of();
    for (int round = 0; round < ROUNDS; round++) {
      Answer local = here.ask(question);
      if (!local.isOk()) {
        return refused(storage, path, "local", local);
      }
      Answer network = there.ask(question);
      if (!network.isOk()) {
        return refused(storage, path, "network", network);
      }
      ours = GitalyQuestions.refs(local.messages());
      theirs = GitalyQuestions.refs(network.messages());
      if (ours.equals(theirs)) {
        return same(storage, path, ours.size());
      }
    }
    return different(storage, path, ours, theirs);
  }

  private static CheckResult same(String storage, String path, int count) {
    return count == 0
        ? CheckResult.warn(
            storage,
            NAME,
            path + " has no refs on either route, which proves little",
            "name a repository that has branches")
        : CheckResult.pass(storage, NAME, count + " refs of " + path + ", the same on both");
  }

  private static CheckResult refused(String storage, String path, String side, Answer answer) {
    return CheckResult.fail(
        storage,
        NAME,
        "ListRefs of "
            + path
            + " on the "
            + side
            + " route: "
            + answer.trouble().map(Trouble::what).orElse(""),
        "check the path, and that both servers know the repository");
  }

  private static CheckResult different(
      String storage, String path, Map<String, String> ours, Map<String, String> theirs) {
    TreeSet<String> names = new TreeSet<>(ours.keySet());
    names.addAll(theirs.keySet());
    names.removeIf(name -> Objects.equals(ours.get(name), theirs.get(name)));
    String some =
        names.stream()
            .limit(SHOWN)
            .map(
                name ->
                    name
                        + " is "
                        + ours.getOrDefault(name, "absent")
                        + " locally, "
                        + theirs.getOrDefault(name, "absent")
                        + " over the network")
            .collect(Collectors.joining("; "));
    return CheckResult.fail(
        storage,
        NAME,
        names.size() + " refs of " + path + " differ: " + some,
        "check that both routes serve the same directory; if the repository is busy, name another");
  }
}
