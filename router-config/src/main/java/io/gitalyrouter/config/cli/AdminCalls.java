package io.gitalyrouter.config.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.gitalyrouter.config.admin.AdminClient;
import io.gitalyrouter.config.admin.AdminClient.Answer;
import io.gitalyrouter.config.admin.AdminClient.By;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What the commands that ask the processes of this host have in common. <em>Thread-safe.</em> */
final class AdminCalls {
  private AdminCalls() {}

  /** Asks all processes once. */
  @FunctionalInterface
  interface Question<T> {
    List<Answer<T>> ask(AdminClient client) throws IOException;
  }

  /** A client of the processes that the options name. */
  static AdminClient client(AdminOptions admin) {
    return AdminClient.of(admin.directory(), admin.timeout());
  }

  /** Who runs the command, and why. */
  static By by(Console console, String reason) {
    return new By(console.actor().toString(), reason);
  }

  /**
   * Asks all processes, tells on the standard error which did not answer, and why.
   *
   * @throws CommandException if there is no process at all
   */
  static <T> List<Answer<T>> ask(AdminOptions admin, Console console, Question<T> question)
      throws IOException {
    List<Answer<T>> answers;
    try (AdminClient client = client(admin)) {
      answers = question.ask(client);
    }
    if (answers.isEmpty()) {
      throw new CommandException(
          ExitCode.UNKNOWN,
          admin.directory() + ": no process has an admin socket there; is it the right directory?");
    }
    for (Answer<T> answer : answers) {
      answer.trouble().ifPresent(why -> console.err().println(answer.socket() + ": " + why));
    }
    console.err().flush();
    return answers;
  }

  /** The answers that came. */
  static <T> List<T> values(List<Answer<T>> answers) {
    List<T> values = new ArrayList<>();
    answers.forEach(answer -> answer.value().ifPresent(values::add));
    return values;
  }

  /** As below, in words. */
  static <T> int done(List<Answer<T>> answers, Console console, String what) {
    return done(answers, console, new OutputOptions(), what);
  }

  /** What to print and to end with after an order: whether all processes took it. */
  static <T> int done(List<Answer<T>> answers, Console console, OutputOptions output, String what) {
    int taken = values(answers).size();
    JsonObject json = new JsonObject();
    json.addProperty("action", what);
    json.addProperty("processes", answers.size());
    json.addProperty("done", taken);
    JsonArray troubles = new JsonArray();
    answers.forEach(
        answer -> answer.trouble().ifPresent(why -> troubles.add(answer.socket() + ": " + why)));
    json.add("troubles", troubles);
    output.print(console, json, what + ": " + taken + " of " + answers.size() + " processes\n");
    return (taken == answers.size() ? ExitCode.OK : ExitCode.NOT_ACKNOWLEDGED).code();
  }
}
