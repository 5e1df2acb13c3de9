package io.gitalyrouter.config.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.gitalyrouter.config.admin.AdminClient.By;
import io.gitalyrouter.config.admin.HostReport;
import io.gitalyrouter.config.admin.HostReport.ForcedBreaker;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists breakers. <em>Not thread-safe; confined to the main thread.</em> */
@Command(
    name = "list",
    description = {
      "Lists the breakers of this host's processes: the state and for how long it has been that, and if",
      "somebody forced it, who, why, and the time that is left."
    },
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
    TextTable table =
        TextTable.of("HOST", "PID", "STORAGE", "MODE", "STATE", "FOR", "LEFT", "BY", "REASON");
    JsonArray json = new JsonArray();
    for (HostReport report :
        AdminCalls.values(AdminCalls.ask(admin, console, client -> client.reports()))) {
      for (HostReport.Storage storage : report.storages()) {
        JsonObject entry = entry(report, storage);
        json.add(entry);
        table.row(
            report.host(),
            report.process(),
            storage.storage(),
            cell(entry, "mode"),
            storage.breaker().orElse("off"),
            storage.breakerSeconds().map(BreakerListCommand::time).orElse("-"),
            storage.forced().map(forced -> time(forced.leftSeconds())).orElse("-"),
            cell(entry, "by"),
            cell(entry, "reason"));
      }
    }
    output.print(console, json, table.toString());
    return ExitCode.OK.code();
  }

  private static JsonObject entry(HostReport report, HostReport.Storage storage) {
    Optional<ForcedBreaker> forced = storage.forced();
    Optional<By> by = forced.map(f -> By.ofSaid(f.reason()));
    JsonObject entry = new JsonObject();
    entry.addProperty("host", report.host());
    entry.addProperty("process", report.process());
    entry.addProperty("storage", storage.storage());
    entry.addProperty(
        "mode",
        storage.breaker().map(b -> forced.map(ForcedBreaker::mode).orElse("AUTO")).orElse(null));
    entry.addProperty("state", storage.breaker().orElse(null));
    entry.addProperty("state_seconds", storage.breakerSeconds().orElse(null));
    entry.addProperty("left_seconds", forced.map(ForcedBreaker::leftSeconds).orElse(null));
    entry.addProperty("by", by.map(By::name).filter(name -> !name.isEmpty()).orElse(null));
    entry.addProperty("reason", by.map(By::reason).orElse(null));
    return entry;
  }

  private static String cell(JsonObject entry, String name) {
    return entry.get(name).isJsonNull() ? "-" : entry.get(name).getAsString();
  }

  private static String time(double seconds) {
    return LastChange.age(Duration.ofMillis((long) (seconds * 1e3)));
  }
}
