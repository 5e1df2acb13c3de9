package io.gitalyrouter.config.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import io.gitalyrouter.config.DocumentView;
import io.gitalyrouter.config.DocumentView.Role;
import io.gitalyrouter.config.compare.Design;
import io.gitalyrouter.config.source.SourceContent;
import io.gitalyrouter.config.store.ChangeStore;
import io.gitalyrouter.config.store.OngoingChange;
import io.gitalyrouter.config.store.StoreState;
import io.gitalyrouter.route.RouteRule.BucketUnit;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
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
      "step. The precheck is asked before. A step is taken only when all hosts have acknowledged the one",
      "before. Its state is in the store: if this process ends, rollout resume goes on from there. A lock",
      "of one's own holds again when the rollout has ended."
    },
    exitCodeList = {
      "0:the last step is reached, or somebody paused it",
      "1:refused, or paused because its guard objects, or ended by somebody else",
      "4:paused, as not all hosts acknowledged a step",
      "5:aborted by its guard (--auto-abort): all calls of the role are local"
    },
    footer = {
      "",
      "Examples:",
      "  gitaly-router rollout start --role network-gitaly --ladder 1:15m,5:2h,50:24h,100"
          + " --reason 'change 1777'",
      "  gitaly-router rollout start --ladder 1:15m,100 --auto-abort --guard-logs /srv/timings"
          + " --reason 'change 1777'"
    })
final class RolloutStartCommand implements Callable<Integer> {
  private final Console console;
  private final ChangeGate gate;
  private final RolloutGuard guard;

  @Mixin private final GuardOptions guarding = new GuardOptions();
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

  @Option(
      names = "--force",
      description = "Goes on although the precheck objects; the reason must say why.")
  private boolean isForced;

  RolloutStartCommand(Console console, ChangeGate gate, RolloutGuard guard) {
    this.console = console;
    this.gate = gate;
    this.guard = guard;
  }

  @Override
  public Integer call() throws IOException {
    double first = Rollout.steps(ladder).get(0).percent();
    ChangeStore store = place.store();
    StoreState seen = store.read();
    SourceContent document = Place.document(store, seen);
    Optional<OngoingChange> ongoing = seen.ongoing();
    if (ongoing.isPresent() && !LockCommand.isOwn(ongoing.get(), console)) {
      throw CommandException.refused("another change is in progress: " + ongoing.get());
    }
    change.requireGeneration(store, seen);
    DocumentView view = DocumentView.of(document);
    Role theRole = new RolePlan(view, "", TargetOptions.ofRole(role)).theRole();
    if (RolloutDriver.hosts(view, theRole.name()).isEmpty()) {
      throw CommandException.refused(
          "no host has role "
              + theRole.name()
              + "; first: gitaly-router enable --host HOST --percent 0 --reason TEXT");
    }
    String text = new String(document.bytes(), UTF_8);
    String edited = DocumentEditor.apply(text, List.of(RolePlan.percent(theRole.name(), first)));
    SourceContent after = SourceContent.of(store.name(), edited.getBytes(UTF_8));
    if (change.isDryRun()) {
      return show(text, edited, Effects.between(view, DocumentView.of(after)));
    }
    RolloutGuard watching = guarding.over(guard, console, design(theRole));
    if (isAutoAbort && watching == RolloutGuard.NONE) {
      throw CommandException.usage("--auto-abort: no guard (expected: with --guard-logs PATH)");
    }
    refuseObjections(after, view, theRole);
    RolloutDriver driver = new RolloutDriver(console, store, change, output, watching);
    driver.move(
        seen,
        new Rollout(
            theRole.name(), ladder, 0, console.now(), Optional.empty(), isAutoAbort, ongoing),
        isForced ? " --force" : "");
    return driver.drive();
  }

  static Design design(Role role) {
    return role.unit() == BucketUnit.RPC ? Design.RPC : Design.REQUEST;
  }

  private void refuseObjections(SourceContent after, DocumentView view, Role theRole) {
    if (isForced) {
      return;
    }
    List<String> objections =
        gate.objections(
            after,
            RolloutDriver.hosts(view, theRole.name()),
            new LinkedHashSet<>(theRole.storages()));
    if (!objections.isEmpty()) {
      throw CommandException.refused(
          "the precheck objects; nothing was changed:\n  "
              + String.join("\n  ", objections)
              + "\nmend it, or go on against it with: --force --reason TEXT");
    }
  }

  private int show(String text, String edited, Effects effects) {
    JsonObject json = new JsonObject();
    json.addProperty("action", "rollout start");
    json.addProperty("dry_run", true);
    json.addProperty("diff", LineDiff.of(text, edited));
    output.print(
        console,
        json,
        "rollout start: the first step would be (dry run)\n"
            + LineDiff.of(text, edited)
            + String.join("", effects.lines().stream().map(line -> line + "\n").toList()));
    return ExitCode.OK.code();
  }
}
