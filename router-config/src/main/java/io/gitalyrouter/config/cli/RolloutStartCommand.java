package io.gitalyrouter.config.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gitalyrouter.config.DocumentView;
import io.gitalyrouter.config.source.SourceContent;
import io.gitalyrouter.config.store.ChangeStore;
import io.gitalyrouter.config.store.StoreState;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Begins a rollout. <em>Not thread-safe; confined to the main thread.</em> */
@Command(
    name = "start",
    description = {
      "Raises the share of a role that its hosts already have, step by step, and stays until the last",
      "step. Its state is in the store: if this process ends, rollout resume goes on from there."
    },
    exitCodeList = {
      "0:the last step is reached, or somebody paused it",
      "1:refused, or paused because its guard objects, or ended by somebody else",
      "5:aborted by its guard (--auto-abort): all calls of the role are local"
    },
    footer = {
      "",
      "Examples:",
      "  gitaly-router rollout start --role network-gitaly --ladder 1:15m,5:2h,50:24h,100"
          + " --reason 'change 1777'"
    })
final class RolloutStartCommand implements Callable<Integer> {
  private final Console console;
  private final RolloutGuard guard;

  @Mixin private final ChangeOptions change = new ChangeOptions();
  @Mixin private final Place place = new Place();
  @Mixin private final OutputOptions output = new OutputOptions();

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      description =
          "The role; may be left out where only one role sends calls to the network side.")
  private Optional<String> role = Optional.empty();

  @Option(
      names = "--ladder",
      paramLabel = "STEPS",
      required = true,
      description = "Shares and how long each is held; the last one ends it.")
  private String ladder = "";

  @Option(
      names = "--auto-abort",
      description = "Takes all calls of the role back when the guard objects; else it pauses.")
  private boolean isAutoAbort;

  RolloutStartCommand(Console console, RolloutGuard guard) {
    this.console = console;
    this.guard = guard;
  }

  @Override
  public Integer call() throws IOException {
    double first = Rollout.steps(ladder).get(0).percent();
    ChangeStore store = place.store();
    StoreState seen = store.read();
    SourceContent document = Place.document(store, seen);
    if (seen.ongoing().isPresent()) {
      throw CommandException.refused("another change is in progress: " + seen.ongoing().get());
    }
    if (change.ifGeneration().isPresent() && change.ifGeneration().get() != seen.generation()) {
      throw CommandException.refused(
          store.name() + " is at generation " + seen.generation() + "; nothing was changed");
    }
    String name = TargetOptions.ofRole(role).roleIn(document);
    if (change.isDryRun()) {
      String text = new String(document.bytes(), UTF_8);
      DocumentEdit edit = RolePlan.percent(name, first);
      String edited = DocumentEditor.apply(text, java.util.List.of(edit));
      Effects effects =
          Effects.between(
              DocumentView.of(document),
              DocumentView.of(SourceContent.of(store.name(), edited.getBytes(UTF_8))));
      console.out().println("rollout start: the first step would be (dry run)");
      console.out().print(LineDiff.of(text, edited));
      effects.lines().forEach(console.out()::println);
      console.out().flush();
      return ExitCode.OK.code();
    }
    RolloutDriver driver = new RolloutDriver(console, store, change, output, guard);
    driver.move(seen, new Rollout(name, ladder, 0, console.now(), Optional.empty(), isAutoAbort));
    return driver.drive();
  }
}
