package io.gitalyrouter.config.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.gitalyrouter.config.admin.HostReport;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists breakers. <em>Not thread-safe; confined to the main thread.</em> */
@Command(
    name = "list",
    description = "Lists the breakers of this host's processes.",
    exitCodeList = {"0:listed", "8:there is no process to ask"},
    footer = {"", "Examples:", "  gitaly-router breaker list"})
final class BreakerListCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private final AdminOptions admin = new AdminOptions();
  @Mixin private final OutputOptions output = new OutputOptions();

  BreakerListCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    TextTable table = TextTable.of("HOST", "PID", "STORAGE", "BREAKER");
    JsonArray json = new JsonArray();
    for (HostReport report :
        AdminCalls.values(AdminCalls.ask(admin, console, client -> client.reports()))) {
      for (HostReport.Storage storage : report.storages()) {
        String breaker = ReportText.breaker(storage);
        table.row(report.host(), report.process(), storage.storage(), breaker);
        JsonObject entry = new JsonObject();
        entry.addProperty("host", report.host());
        entry.addProperty("process", report.process());
        entry.addProperty("storage", storage.storage());
        entry.addProperty("breaker", breaker);
        json.add(entry);
      }
    }
    output.print(console, json, table.toString());
    return ExitCode.OK.code();
  }
}
