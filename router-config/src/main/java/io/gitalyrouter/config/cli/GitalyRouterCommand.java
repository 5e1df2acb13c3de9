package io.gitalyrouter.config.cli;

import io.gitalyrouter.time.Ticker;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The {@code gitaly-router} command: its subcommands, and the process around them. <em>Not
 * thread-safe; confined to the main thread.</em>
 */
@Command(
    name = "gitaly-router",
    description = "Sends the Gitaly calls of hosts to the network side or back, and shows it.",
    versionProvider = GitalyRouterCommand.Version.class,
    footer = {
      "",
      "The kill switch, which needs no store: gitaly-router disable --all --now --reason TEXT",
      "All times are UTC. Help for one command: gitaly-router COMMAND --help"
    })
public final class GitalyRouterCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  private GitalyRouterCommand() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    // What the libraries beneath say at INFO is for the processes that embed them.
    Logger.getLogger("").setLevel(Level.WARNING);
    Console console = console();
    System.exit(commandLine(console, new PrecheckGate(console.clock())).execute(args));
  }

  /**
   * The command with all of its subcommands.
   *
   * @param gate asked before calls are sent to the network side
   */
  static CommandLine commandLine(Console console, ChangeGate gate) {
    CommandLine root =
        new CommandLine(new GitalyRouterCommand())
            .addSubcommand(
                group("config", "Checks, compares and makes documents.")
                    .addSubcommand(new ConfigImportCommand(console))
                    .addSubcommand(new ConfigValidateCommand(console))
                    .addSubcommand(new ConfigDiffCommand(console)))
            .addSubcommand(
                group("plan", "Shows what a change would do; writes nothing.")
                    .addSubcommand(new PlanEnableCommand(console))
                    .addSubcommand(new PlanDisableCommand(console)))
            .addSubcommand(new EnableCommand(console, gate))
            .addSubcommand(new DisableCommand(console))
            .addSubcommand(new ResumeCommand(console))
            .addSubcommand(
                group("rollout", "Raises a role's share of calls step by step.")
                    .addSubcommand(new RolloutStartCommand(console, gate, RolloutGuard.NONE))
                    .addSubcommand(new RolloutPauseCommand(console))
                    .addSubcommand(new RolloutResumeCommand(console, RolloutGuard.NONE))
                    .addSubcommand(new RolloutAbortCommand(console))
                    .addSubcommand(new RolloutStatusCommand(console)))
            .addSubcommand(new CompareCommand(console))
            .addSubcommand(new LockCommand(console))
            .addSubcommand(new UnlockCommand(console))
            .addSubcommand(new AuditCommand(console))
            .addSubcommand(new TimelineCommand(console))
            .addSubcommand(new StatusCommand(console))
            .addSubcommand(new CheckCommand(console))
            .addSubcommand(new ExplainCommand(console))
            .addSubcommand(new DrainCommand(console))
            .addSubcommand(
                new CommandLine(new BreakerCommand())
                    .addSubcommand(new BreakerListCommand(console))
                    .addSubcommand(BreakerForceCommand.open(console))
                    .addSubcommand(BreakerForceCommand.closed(console))
                    .addSubcommand(new BreakerAutoCommand(console))
                    .addSubcommand(new BreakerResetCommand(console)))
            .addSubcommand(
                new CommandLine(new DrillCommand())
                    .addSubcommand(new DrillFaultCommand(console))
                    .addSubcommand(new DrillEndCommand(console))
                    .addSubcommand(new DrillRollbackCommand(console)))
            .addSubcommand(new DoctorCommand(console))
            .addSubcommand(new PrecheckCommand(console))
            .addSubcommand(new VerifyZeroCommand(console))
            .addSubcommand(new GenerateCompletion());
    return CommandForm.applyTo(root, console);
  }

  @Override
  public void run() {
    CommandSpec self = Objects.requireNonNull(spec, "spec");
    throw new ParameterException(self.commandLine(), "no command (expected: one of those below)");
  }

  private static CommandLine group(String name, String description) {
    CommandSpec spec = CommandSpec.wrapWithoutInspection(new CommandGroup()).name(name);
    spec.usageMessage().description(description);
    return new CommandLine(spec);
  }

  private static Console console() {
    return new Console(
        writer(System.out),
        writer(System.err),
        Boolean.getBoolean("gitaly-router.terminal"),
        Clock.systemUTC(),
        Ticker.system(),
        new Console.Actor(
            Optional.ofNullable(System.getenv("SUDO_USER"))
                .orElse(System.getProperty("user.name", "unknown")),
            hostName()));
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(
        new OutputStreamWriter(stream, StandardCharsets.UTF_8), /* autoFlush= */ true);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return Optional.ofNullable(System.getenv("HOSTNAME")).orElse("unknown");
    }
  }

  /** The version of the executable. <em>Immutable.</em> */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = GitalyRouterCommand.class.getPackage().getImplementationVersion();
      return new String[] {"gitaly-router " + (version == null ? "unpackaged" : version)};
    }
  }
}
