package io.gitalyrouter.config.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.ToNumberPolicy;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.gitalyrouter.config.ConfiguredRouter;
import io.gitalyrouter.config.admin.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import picocli.CommandLine;

/** What commands print for programs is what the schema beside them says. */
@Timeout(120)
final class CommandOutputTest {
  private static final Path SCHEMA = Path.of("docs", "command-output.schema.json");
  private static final Gson GSON =
      new GsonBuilder()
          .serializeNulls()
          .setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE)
          .create();

  private static final Map<String, CommandLine> COMMANDS = withOutput();

  /** In this order: the later ones see what the earlier ones did. */
  private static final List<String> RUNS =
      List.of(
          "config validate FILE",
          "config validate OTHER",
          "audit",
          "status",
          "lock --reason x",
          "unlock --reason x --dry-run",
          "unlock --reason x",
          "plan enable --host git03 --measure 0s",
          "plan enable --role network-gitaly --measure 0s --percent 50",
          "enable --host git03 --reason x --change https://example.com/1 --wait 0s",
          "enable --host git03 --reason x",
          "enable --host git04 --reason x --dry-run",
          "enable --role network-gitaly --percent 50 --reason x --wait 100ms",
          "plan disable --host git01 --measure 300ms",
          "disable --host git03 --reason x --wait 1ms",
          "disable --all --reason x --wait 100ms",
          "resume --all --reason x --wait 0s",
          "audit",
          "timeline",
          "config diff FILE",
          "status",
          "breaker list",
          "breaker force-open --storage one --for 1m --reason x",
          "breaker list",
          "breaker force-closed --storage one --for 1m --reason x",
          "breaker auto --storage one --reason x",
          "breaker reset --storage one --reason x",
          "breaker reset --storage two --reason x",
          "explain --storage one --method gitaly.CommitService/FindCommit",
          "disable --all --now --reason x --dry-run",
          "disable --all --now --reason x",
          "resume --reason x",
          "drill rollback --host git01 --storage one --reason x --dry-run",
          "drain --wait 1ms",
          // Nobody speaks for git04, so a rollout stops at each step.
          "enable --host git04 --reason x --wait 0s",
          "rollout status",
          "rollout start --ladder 1:1h,100 --reason x --dry-run",
          "rollout start --ladder 1:1ms,100 --reason x --wait 1ms --force",
          "rollout status",
          "rollout pause --reason x",
          "rollout resume --reason x --dry-run",
          "rollout resume --reason x --wait 1ms",
          "rollout abort --reason x --dry-run",
          "rollout abort --reason x --wait 0s",
          "rollout status",
          "precheck --storage one --timeout 500ms",
          "verify-zero --window 10ms --host git01");

  @TempDir private Path place;
  private Processes processes;

  @BeforeEach
  void open() throws IOException {
    processes = new Processes(place);
    ConfiguredRouter router = processes.open("git01");
    processes.write(100);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> router.router().status().storages().get(0).breaker().isPresent());
  }

  @AfterEach
  void close() {
    processes.close();
  }

  private static Map<String, CommandLine> withOutput() {
    Map<String, CommandLine> commands = new Shell().commands();
    commands.values().removeIf(line -> line.getCommandSpec().findOption("--output") == null);
    return commands;
  }

  /** The longest command that a run begins with. */
  private static String command(String run) {
    return COMMANDS.keySet().stream()
        .filter(name -> (run + " ").startsWith(name + " "))
        .reduce("", (one, other) -> one.length() > other.length() ? one : other);
  }

  private String print(String run, String format) throws IOException {
    Path config = place.resolve("router.yaml");
    Path other = Files.writeString(place.resolve("other.yaml"), "version: 7\n");
    CommandLine line = Objects.requireNonNull(COMMANDS.get(command(run)), run);
    List<String> args =
        new ArrayList<>(
            List.of(
                run.replace("FILE", config.toString())
                    .replace("OTHER", other.toString())
                    .split(" ")));
    args.addAll(List.of("--output", format));
    if (line.getCommandSpec().findOption("--config") != null) {
      args.addAll(List.of("--config", config.toString()));
    }
    if (line.getCommandSpec().findOption("--admin-dir") != null) {
      args.addAll(List.of("--admin-dir", processes.directory().toString()));
    }
    // Whoever judges the age of reports needs the time that they are dated by.
    Shell.Result result = new Shell(Clock.systemUTC()).run(args.toArray(String[]::new));
    assertThat(result.out()).as("%s: %s", run, result.err()).isNotEmpty();
    assertThat(result.out() + result.err()).doesNotContain(Processes.SECRET);
    return result.out();
  }

  private static List<String> violations(String definition, String json) throws IOException {
    JsonObject schema = JsonParser.parseString(Files.readString(SCHEMA)).getAsJsonObject();
    schema.addProperty("$ref", "#/$defs/" + definition);
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(schema.toString(), InputFormat.JSON)
        .validate(json, InputFormat.JSON)
        .stream()
        .map(Error::toString)
        .toList();
  }

  private static String definition(String command) {
    return command.replace(' ', '-');
  }

  @Test
  void every_result_fits_its_definition() throws IOException {
    for (String run : RUNS) {
      String json = print(run, "json");
      assertThat(violations(definition(command(run)), json)).as("%s: %s", run, json).isEmpty();
    }
  }

  @Test
  void yaml_says_what_json_says() throws IOException {
    for (String run :
        List.of("config validate OTHER", "explain --storage one --method gitaly.RefService/Ref")) {
      Object yaml = new Load(LoadSettings.builder().build()).loadFromString(print(run, "yaml"));
      JsonElement json = JsonParser.parseString(print(run, "json"));
      assertThat(GSON.toJsonTree(yaml)).hasToString(json.toString());
    }
  }

  @Test
  void every_command_is_run_and_has_a_definition() throws IOException {
    Set<String> definitions =
        JsonParser.parseString(Files.readString(SCHEMA))
            .getAsJsonObject()
            .getAsJsonObject("$defs")
            .keySet();
    Set<String> run = RUNS.stream().map(CommandOutputTest::command).collect(Collectors.toSet());
    Set<String> expected = new TreeSet<>(COMMANDS.keySet());
    // The report of a comparison has a schema of its own.
    expected.remove("compare");
    assertThat(run).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(definitions)
        .containsAll(expected.stream().map(CommandOutputTest::definition).toList());
  }

  @Test
  void schema_refuses_what_is_not_printed() throws IOException {
    assertThat(violations("breaker-list", "[{\"host\":\"git01\"}]")).isNotEmpty();
    assertThat(violations("status", "[]")).isNotEmpty();
    assertThat(
            violations("enable", "{\"action\":\"x\",\"changed\":true,\"generation\":1,\"new\":1}"))
        .isNotEmpty();
  }
}
