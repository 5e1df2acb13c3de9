package io.gitalyrouter.config.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gitalyrouter.config.DocumentView;
import io.gitalyrouter.config.source.SourceContent;
import io.gitalyrouter.config.store.AuditEntry;
import io.gitalyrouter.config.store.Change;
import io.gitalyrouter.config.store.ChangeStore;
import io.gitalyrouter.config.store.OngoingChange;
import io.gitalyrouter.config.store.StoreState;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Takes a rollout from step to step. All it knows is in the store: another process can go on where
 * this one ends. <em>Not thread-safe; confined to the main thread.</em>
 */
final class RolloutDriver {
  private static final Duration POLL = Duration.ofMillis(200);

  private final Console console;
  private final ChangeStore store;
  private final ChangeOptions options;
  private final Changer changer;
  private final RolloutGuard guard;

  RolloutDriver(
      Console console,
      ChangeStore store,
      ChangeOptions options,
      OutputOptions output,
      RolloutGuard guard) {
    this.console = console;
    this.store = store;
    this.options = options;
    this.changer = new Changer(console, store, options, output);
    this.guard = guard;
  }

  /** Drives it until it has ended, or somebody has paused or aborted it. */
  int drive() throws IOException {
    while (true) {
      StoreState seen = store.read();
      Optional<Rollout> found = Rollout.of(seen.ongoing());
      if (found.isEmpty()) {
        say("ended by somebody else; see: gitaly-router audit");
        return ExitCode.FAILED.code();
      }
      Rollout rollout = found.get();
      if (rollout.paused().isPresent()) {
        say("paused, " + rollout.describe(console.now()));
        return ExitCode.OK.code();
      }
      Optional<String> objection = guard.objection(rollout.role(), rollout.since());
      if (objection.isPresent()) {
        return stop(seen, rollout, objection.get());
      }
      if (rollout.left(console.now()).isZero()) {
        Optional<Rollout> next = rollout.next(console.now());
        if (next.isEmpty()) {
          write(seen, "rollout done", options.reason(), Optional.empty(), Optional.empty());
          say("done, " + rollout.describe(console.now()));
          return ExitCode.OK.code();
        }
        move(seen, next.get());
      } else {
        LockSupport.parkNanos(POLL.toNanos());
      }
    }
  }

  /** Goes to a step: the share and the rollout's state in one write. */
  void move(StoreState seen, Rollout next) throws IOException {
    double percent = next.present().percent();
    OngoingChange ongoing =
        seen.ongoing()
            .filter(change -> change.kind().equals(Rollout.KIND))
            .orElseGet(
                () ->
                    new OngoingChange(
                        Rollout.KIND,
                        console.actor().toString(),
                        console.now(),
                        options.reason(),
                        next.toJson()))
            .withDetail(next.toJson());
    AuditEntry entry =
        write(
            seen,
            "rollout step " + (next.step() + 1) + " " + Percent.format(percent),
            options.reason(),
            Optional.of(RolePlan.percent(next.role(), percent)),
            Optional.of(ongoing));
    say("generation " + entry.generation() + ", " + next.describe(console.now()));
  }

  /** Ends it; all calls of the role go local. */
  AuditEntry abort(StoreState seen, Rollout rollout, String reason) throws IOException {
    return write(
        seen,
        "rollout abort",
        reason,
        Optional.of(RolePlan.percent(rollout.role(), 0)),
        Optional.empty());
  }

  /** Writes a step and waits for the hosts. */
  AuditEntry write(
      StoreState seen,
      String action,
      String reason,
      Optional<DocumentEdit> edit,
      Optional<OngoingChange> ongoing)
      throws IOException {
    SourceContent before = Place.document(store, seen);
    String text = new String(before.bytes(), UTF_8);
    String edited = edit.isEmpty() ? text : DocumentEditor.apply(text, List.of(edit.get()));
    SourceContent after = SourceContent.of(store.name(), edited.getBytes(UTF_8));
    Effects effects = Effects.between(DocumentView.of(before), DocumentView.of(after));
    AuditEntry entry = changer.entry(action, reason, before, after, effects);
    AuditEntry written = changer.write(seen, new Change(entry, edited, ongoing));
    if (!options.patience().isZero() && !effects.hosts().isEmpty()) {
      Acknowledgement heard =
          Acknowledgement.await(store, effects.hosts(), after, options.patience(), console);
      say(heard.summary(written.generation()));
      heard.missing().forEach(line -> say("not acknowledged: " + line));
    }
    return written;
  }

  private int stop(StoreState seen, Rollout rollout, String objection) throws IOException {
    if (rollout.isAutoAbort()) {
      AuditEntry entry = abort(seen, rollout, "guard: " + objection);
      say("aborted by its guard, generation " + entry.generation() + ": " + objection);
      return ExitCode.ABORTED.code();
    }
    Rollout paused = rollout.pausedAt(console.now());
    AuditEntry unused =
        write(
            seen,
            "rollout pause",
            "guard: " + objection,
            Optional.empty(),
            seen.ongoing().map(change -> change.withDetail(paused.toJson())));
    say("paused, its guard objects: " + objection + "; decide: rollout resume, or rollout abort");
    return ExitCode.FAILED.code();
  }

  private void say(String what) {
    console.out().println(console.now() + " rollout: " + what);
    console.out().flush();
  }
}
