package io.gitalyrouter.config.cli;

import io.gitalyrouter.config.InvalidConfigException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What all commands have in common: the form of their help, and how an error is told.
 * <em>Thread-safe.</em>
 */
final class CommandForm {
  private static final int WIDTH = 100;

  private CommandForm() {}

  /** Gives a command and all below it the common form. */
  static CommandLine applyTo(CommandLine root, Console console) {
    root.setOut(console.out());
    root.setErr(console.err());
    root.setColorScheme(Help.defaultColorScheme(console.ansi()));
    root.setCaseInsensitiveEnumValuesAllowed(true);
    root.setAbbreviatedOptionsAllowed(false);
    root.setParameterExceptionHandler((e, args) -> tell(e));
    root.setExecutionExceptionHandler((e, line, parsed) -> tell(e, line, console));
    root.getCommandSpec()
        .addOption(
            OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("Shows the version.")
                .build());
    shape(root);
    return root;
  }

  private static void shape(CommandLine line) {
    if (line.getCommandSpec().findOption("--help") == null) {
      line.getCommandSpec()
          .addOption(
              OptionSpec.builder("-h", "--help")
                  .usageHelp(true)
                  .description("Shows this help.")
                  .build());
    }
    line.setUsageHelpWidth(WIDTH);
    UsageMessageSpec usage = line.getCommandSpec().usageMessage();
    usage.sortOptions(false);
    usage.optionListHeading("%nOptions:%n");
    usage.commandListHeading("%nCommands:%n");
    usage.exitCodeListHeading("%nExit codes:%n");
    Map<String, String> codes = new LinkedHashMap<>(usage.exitCodeList());
    for (ExitCode always : List.of(ExitCode.USAGE, ExitCode.INTERNAL)) {
      codes.put(Integer.toString(always.code()), always.meaning());
    }
    usage.exitCodeList(codes);
    line.getSubcommands().values().forEach(CommandForm::shape);
  }

  private static int tell(ParameterException e) {
    CommandLine line = e.getCommandLine();
    PrintWriter err = line.getErr();
    err.println("gitaly-router: " + e.getMessage());
    if (e instanceof UnmatchedArgumentException unmatched) {
      List<String> suggestions = unmatched.getSuggestions();
      if (!suggestions.isEmpty()) {
        err.println("did you mean: " + String.join(", ", suggestions) + "?");
      }
    }
    err.println("see: " + line.getCommandSpec().qualifiedName() + " --help");
    err.flush();
    return ExitCode.USAGE.code();
  }

  private static int tell(Exception e, CommandLine line, Console console) {
    PrintWriter err = console.err();
    ExitCode exitCode = ExitCode.INTERNAL;
    if (e instanceof CommandException ending) {
      exitCode = ending.exitCode();
      err.println("gitaly-router: " + e.getMessage());
    } else if (e instanceof InvalidConfigException) {
      exitCode = ExitCode.FAILED;
      err.println("gitaly-router: " + e.getMessage());
    } else if (e instanceof IOException failure) {
      err.println("gitaly-router: " + Failures.describe(failure));
    } else {
      err.println("gitaly-router: a bug: " + e);
      e.printStackTrace(err);
    }
    if (exitCode == ExitCode.USAGE) {
      err.println("see: " + line.getCommandSpec().qualifiedName() + " --help");
    }
    err.flush();
    return exitCode.code();
  }
}
