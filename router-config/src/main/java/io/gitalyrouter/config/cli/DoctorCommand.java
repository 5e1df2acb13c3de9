package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.admin.AdminClient.Answer;
import io.gitalyrouter.config.admin.HostReport;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.zip.GZIPOutputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Collects what helps in an incident. <em>Not thread-safe; confined to the main thread.</em> */
@Command(
    name = "doctor",
    description = {
      "Collects what helps in an incident into one tar.gz: the reports of this host's processes and the"
          + " files that are named. Secrets in these are blanked."
    },
    exitCodeList = {"0:written", "8:there is no process to ask"},
    footer = {
      "",
      "Examples:",
      "  gitaly-router doctor --file bundle.tar.gz --config /etc/gitaly-router/router.yaml"
    })
final class DoctorCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private final AdminOptions admin = new AdminOptions();

  @Option(names = "--file", required = true, paramLabel = "FILE", description = "The bundle; new.")
  private Path file = Path.of("");

  @Option(names = "--config", paramLabel = "FILE", description = "The document, to be put into it.")
  private Optional<Path> config = Optional.empty();

  @Option(
      names = "--include",
      paramLabel = "FILE",
      description = "More to be put into it, such as a scrape of the meters, or an audit file.")
  private List<Path> more = List.of();

  DoctorCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Map<String, String> entries = new LinkedHashMap<>();
    List<Answer<HostReport>> answers = AdminCalls.ask(admin, console, client -> client.reports());
    for (Answer<HostReport> answer : answers) {
      String name = "reports/" + answer.socket().getFileName();
      answer.value().ifPresent(report -> entries.put(name + ".json", report.toJson() + "\n"));
      answer.trouble().ifPresent(why -> entries.put(name + ".trouble.txt", why + "\n"));
    }
    entries.put(
        "status.txt",
        ReportText.of(AdminCalls.values(answers), Optional.empty(), Optional.empty()));
    for (Path named : more) {
      entries.put("files/" + named.getFileName(), Blanked.text(Files.readString(named)));
    }
    if (config.isPresent()) {
      entries.put("config.yaml", Blanked.text(Files.readString(config.get())));
    }
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(file, StandardOpenOption.CREATE_NEW))) {
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        TarEntry.write(
            out, entry.getKey(), entry.getValue().getBytes(StandardCharsets.UTF_8), console.now());
      }
      TarEntry.end(out);
    }
    console.out().println(file + ": " + entries.size() + " entries");
    console.out().flush();
    return ExitCode.OK.code();
  }
}
