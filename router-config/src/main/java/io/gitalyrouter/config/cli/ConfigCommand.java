package io.gitalyrouter.config.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Commands about documents. <em>Not thread-safe; confined to the main thread.</em> */
@Command(name = "config", description = "Makes and checks documents.")
final class ConfigCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    CommandLine line = Objects.requireNonNull(spec, "spec").commandLine();
    throw new ParameterException(line, "no command (expected: one of those below config)");
  }
}
