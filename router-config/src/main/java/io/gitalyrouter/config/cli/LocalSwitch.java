package io.gitalyrouter.config.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.gitalyrouter.config.admin.AdminClient;
import io.gitalyrouter.config.admin.AdminClient.Answer;
import io.gitalyrouter.config.admin.AdminClient.By;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The kill switch of this host: a file, which processes that start later see too, and the admin
 * sockets, which answer. <em>Not thread-safe; confined to the main thread.</em>
 */
final class LocalSwitch {
  private static final String FILE = "force-local";

  private final Console console;
  private final AdminOptions admin;
  private final OutputOptions output;

  LocalSwitch(Console console, AdminOptions admin, OutputOptions output) {
    this.console = console;
    this.admin = admin;
    this.output = output;
  }

  /** Forces all calls of all processes of this host to the local side. */
  int force(String reason, boolean isDryRun) throws IOException {
    By by = new By(console.actor().toString(), oneLine(reason));
    try (AdminClient client = AdminClient.of(admin.directory(), admin.timeout())) {
      if (isDryRun) {
        return listed("would be forced local", client.sockets());
      }
      List<String> troubles = new ArrayList<>(mark(by));
      List<Answer<Boolean>> answers = client.forceLocal(by);
      return outcome("disable --all --now", rows(answers, "all calls local"), troubles);
    }
  }

  /** Ends that. */
  int resume(String reason, boolean isDryRun) throws IOException {
    By by = new By(console.actor().toString(), oneLine(reason));
    try (AdminClient client = AdminClient.of(admin.directory(), admin.timeout())) {
      if (isDryRun) {
        return listed("would be resumed", client.sockets());
      }
      boolean marked = Files.deleteIfExists(file());
      List<Row> rows = new ArrayList<>();
      boolean forced = false;
      for (Answer<List<String>> answer : client.resume(by)) {
        // The file that was there a moment ago is looked at ten times a second.
        List<String> still =
            answer.value().orElse(List.of()).stream()
                .filter(force -> !(marked && force.startsWith("file: ")))
                .toList();
        forced |= !still.isEmpty();
        String says = still.isEmpty() ? "resumed" : "still forced by " + String.join(", ", still);
        rows.add(row(answer, says));
      }
      int code = outcome("resume", rows, List.of());
      return code == 0 && forced ? ExitCode.NOT_CONVERGED.code() : code;
    }
  }

  private List<String> mark(By by) {
    try {
      Files.writeString(file(), by.reason() + " (" + by.name() + ")\n");
      return List.of();
    } catch (IOException e) {
      return List.of("processes that start later are not forced: " + Failures.describe(e));
    }
  }

  private Path file() {
    return admin.directory().resolve(FILE);
  }

  private int listed(String what, List<Path> sockets) {
    JsonArray json = new JsonArray();
    StringBuilder text = new StringBuilder();
    for (Path socket : sockets) {
      json.add(socket.toString());
      text.append(socket).append(' ').append(what).append(" (dry run)\n");
    }
    output.print(console, json, text.toString());
    return ExitCode.OK.code();
  }

  private static List<Row> rows(List<? extends Answer<?>> answers, String says) {
    return answers.stream().map(answer -> row(answer, says)).toList();
  }

  private static Row row(Answer<?> answer, String says) {
    boolean ended = answer.trouble().filter(AdminClient.ENDED::equals).isPresent();
    return new Row(
        String.valueOf(answer.socket().getFileName()),
        answer.trouble().orElse(says),
        answer.trouble().isEmpty() || ended);
  }

  private int outcome(String action, List<Row> rows, List<String> troubles) {
    JsonObject json = new JsonObject();
    JsonArray processes = new JsonArray();
    TextTable table = TextTable.of("PROCESS", "SAYS");
    for (Row row : rows) {
      JsonObject one = new JsonObject();
      one.addProperty("socket", row.process());
      one.addProperty("says", row.says());
      one.addProperty("done", row.isDone());
      processes.add(one);
      table.row(row.process(), row.says());
    }
    long done = rows.stream().filter(Row::isDone).count();
    json.addProperty("action", action);
    json.add("processes", processes);
    JsonArray also = new JsonArray();
    troubles.forEach(also::add);
    json.add("troubles", also);
    StringBuilder text = new StringBuilder(table.toString());
    text.append(action).append(": ").append(done).append('/').append(rows.size());
    text.append(" processes of this host\n");
    troubles.forEach(trouble -> text.append(trouble).append('\n'));
    output.print(console, json, text.toString());
    boolean complete = !rows.isEmpty() && done == rows.size() && troubles.isEmpty();
    return (complete ? ExitCode.OK : ExitCode.NOT_ACKNOWLEDGED).code();
  }

  private static String oneLine(String reason) {
    return reason.replaceAll("\\s+", " ").strip();
  }

  /**
   * One process's answer. <em>Immutable.</em>
   *
   * @param process its socket's name
   * @param says what it says, or why it says nothing
   * @param isDone whether it did as told, or has ended
   */
  private record Row(String process, String says, boolean isDone) {}
}
