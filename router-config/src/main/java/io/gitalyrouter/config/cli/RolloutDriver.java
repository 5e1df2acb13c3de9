package io.gitalyrouter.config.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import io.gitalyrouter.config.DocumentView;
import io.gitalyrouter.config.source.SourceContent;
import io.gitalyrouter.config.store.AuditEntry;
import io.gitalyrouter.config.store.Change;
import io.gitalyrouter.config.store.ChangeStore;
import io.gitalyrouter.config.store.ConflictException;
import io.gitalyrouter.config.store.OngoingChange;
import io.gitalyrouter.config.store.StoreState;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Takes a rollout from step to step. All it knows is in the store: another process can go on where
 * this one ends. <em>Not thread-safe; confined to the main thread.</em>
 */
final class RolloutDriver {
  private static final Duration POLL = Duration.ofMillis(200);

  private final Console console;
  private final ChangeStore store;
  private final ChangeOptions options;
  private final OutputOptions output;
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
    this.output = output;
    this.guard = guard;
  }

  /** The hosts that have a role. */
  static Set<String> hosts(DocumentView document, String role) {
    return document.hosts().stream()
        .filter(host -> document.rolesOf(host).contains(role))
        .collect(Collectors.toSet());
  }

  /** Drives it until it has ended, or somebody has paused or aborted it. */
  int drive() throws IOException {
    while (true) {
      Optional<RolloutInProgress> found = RolloutInProgress.in(store.read());
      try {
        Optional<ExitCode> end =
            found.isEmpty()
                ? Optional.of(
                    finish(ExitCode.FAILED, "ended by somebody else; see: gitaly-router audit"))
                : goOn(found.get());
        if (end.isPresent()) {
          return end.get().code();
        }
      } catch (ConflictException somebodyWrote) {
        // What they wrote decides how it goes on.
      }
    }
  }

  /** One look: waits, climbs, or ends, and then says with what. */
  private Optional<ExitCode> goOn(RolloutInProgress now) throws IOException {
    Rollout rollout = now.rollout();
    if (rollout.paused().isPresent()) {
      return Optional.of(finish(ExitCode.OK, "paused, " + rollout.describe(console.now())));
    }
    SourceContent document = Place.document(store, now.seen());
    Optional<String> objection = objection(rollout, document);
    if (objection.isPresent()) {
      return Optional.of(stop(now, objection.get()));
    }
    if (!rollout.left(console.now()).isZero()) {
      LockSupport.parkNanos(POLL.toNanos());
      if (Thread.interrupted()) {
        throw new InterruptedIOException(
            "interrupted; go on with: rollout resume, or rollout abort");
      }
      return Optional.empty();
    }
    Acknowledgement heard = await(document, hosts(DocumentView.of(document), rollout.role()));
    if (!heard.isComplete()) {
      String why = "not acknowledged: " + String.join("; ", heard.missing());
      return Optional.of(pause(now, why, ExitCode.NOT_ACKNOWLEDGED));
    }
    Optional<Rollout> next = rollout.next(console.now());
    if (next.isEmpty()) {
      write(now.seen(), "rollout done", options.reason(), Optional.empty(), rollout.lock());
      return Optional.of(finish(ExitCode.OK, "done, " + rollout.describe(console.now())));
    }
    move(now.seen(), next.get(), "");
    return Optional.empty();
  }

  private Optional<String> objection(Rollout rollout, SourceContent document) {
    Optional<String> kill = DocumentView.of(document).killSwitch();
    return kill.isPresent()
        ? Optional.of("the kill switch is on (" + kill.get() + ")")
        : guard.objection(rollout).map(why -> "guard: " + why);
  }

  /**
   * Goes to a step: the share and the rollout's state in one write.
   *
   * @param also what the audit says of it besides
   */
  void move(StoreState seen, Rollout next, String also) throws IOException {
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
            "rollout step " + (next.step() + 1) + " " + Percent.format(percent) + also,
            options.reason(),
            Optional.of(RolePlan.percent(next.role(), percent)),
            Optional.of(ongoing));
    say("generation " + entry.generation() + ", " + next.describe(console.now()));
  }

  /** Lets it go on, if it was paused. */
  void resume(RolloutInProgress now, Rollout next) throws IOException {
    if (!next.equals(now.rollout())) {
      write(now.seen(), "rollout resume", options.reason(), Optional.empty(), now.becoming(next));
    }
    say("resumed, " + next.describe(console.now()));
  }

  /** Ends it; all calls of the role go local. */
  AuditEntry abort(RolloutInProgress now, String reason) throws IOException {
    return write(
        now.seen(),
        "rollout abort",
        reason,
        Optional.of(RolePlan.percent(now.rollout().role(), 0)),
        now.rollout().lock());
  }

  /** Writes, and waits for the hosts that do something else then. */
  private AuditEntry write(
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
    AuditEntry entry =
        new Changer(console, store, options, output).entry(action, reason, before, after, effects);
    AuditEntry written = store.write(seen, new Change(entry, edited, ongoing));
    if (!options.patience().isZero() && !effects.hosts().isEmpty()) {
      Acknowledgement heard = await(after, effects.hosts());
      say(heard.summary(written.generation()));
      heard.missing().forEach(line -> say("not acknowledged: " + line));
    }
    return written;
  }

  private Acknowledgement await(SourceContent document, Set<String> hosts) {
    return Acknowledgement.await(store, hosts, document, options.patience(), console);
  }

  private ExitCode stop(RolloutInProgress now, String objection) throws IOException {
    if (now.rollout().isAutoAbort() && objection.startsWith("guard: ")) {
      AuditEntry entry = abort(now, objection);
      return finish(
          ExitCode.ABORTED,
          "aborted by its guard, generation " + entry.generation() + ": " + objection);
    }
    return pause(now, objection, ExitCode.FAILED);
  }

  private ExitCode pause(RolloutInProgress now, String why, ExitCode code) throws IOException {
    Rollout paused = now.rollout().pausedAt(console.now());
    write(now.seen(), "rollout pause", why, Optional.empty(), now.becoming(paused));
    return finish(code, "paused, " + why + "; decide: rollout resume, or rollout abort");
  }

  private ExitCode finish(ExitCode code, String what) throws IOException {
    say(what);
    if (output.format() != OutputFormat.TABLE) {
      JsonObject json = new JsonObject();
      json.addProperty("action", "rollout");
      json.addProperty("exit_code", code.code());
      json.addProperty("outcome", what);
      json.addProperty("generation", store.read().generation());
      output.print(console, json, "");
    }
    return code;
  }

  /** Progress: where people read, among the results; else beside them. */
  private void say(String what) {
    var out = output.format() == OutputFormat.TABLE ? console.out() : console.err();
    out.println(console.now() + " rollout: " + what);
    out.flush();
  }
}
