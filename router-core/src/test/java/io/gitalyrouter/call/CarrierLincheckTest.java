package io.gitalyrouter.call;

import static io.gitalyrouter.fixture.GitalyMethods.CHECK_OBJECTS_EXIST;
import static io.gitalyrouter.fixture.Interleaving.check;

import io.gitalyrouter.fixture.Interleaving;
import io.gitalyrouter.fixture.ScriptedCall;
import io.gitalyrouter.transport.FakeEndpoint;
import io.gitalyrouter.transport.Lease;
import io.gitalyrouter.transport.WatchedCall.Nudge;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.List;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;

/**
 * Interleaves a caller, the watch, and the end or the answer of the network attempt. Both attempts
 * are scripts, which fail when two threads call them at once, and on anything before the start or
 * after a cancel.
 */
final class CarrierLincheckTest {
  private static final int ORDERS = 150;
  private static final List<String> ALL = List.of("start", "a", "b", "half close");

  /** Stand behind every attempt, and are never asked: the test itself plays the attempts' ends. */
  private final FakeSides sides = new FakeSides();

  private final Lease lease = FakeEndpoint.lease(sides.networkEndpoint);

  private final FallbackCall<String, String> owner = sides.call(CHECK_OBJECTS_EXIST);

  /** One call, started on the network side. Its end comes inside the cancel, as grpc allows. */
  private final class Running {
    private final ScriptedCall network = new ScriptedCall();
    private final ScriptedCall local = new ScriptedCall();
    private final ReplayBudget budget;
    private final Carrier<String, String> carrier;
    private boolean moved;

    Running(long budgetBytes) {
      budget = new ReplayBudget(budgetBytes, budgetBytes);
      carrier = new Carrier<>(budget, attempt(network));
      network.onCancel(this::end);
      carrier.carry();
    }

    @SuppressWarnings("unchecked")
    private Attempt<String, String> attempt(ScriptedCall call) {
      ClientCall<String, String> spoken = (ClientCall<String, String>) (ClientCall<?, ?>) call;
      return new Attempt<>(owner, lease, spoken, null);
    }

    /** What a caller does: past the carrier once there is a direct way. */
    void send() {
      send("a");
      send("b");
      ClientCall<String, String> direct = carrier.direct();
      if (direct == null) {
        carrier.halfClose();
      } else {
        direct.halfClose();
      }
    }

    private void send(String message) {
      ClientCall<String, String> direct = carrier.direct();
      if (direct == null) {
        boolean unused = carrier.push(message, 1);
      } else {
        direct.sendMessage(message);
      }
    }

    void nudge() {
      carrier.nudge(Nudge.SILENT, /* replayable= */ true);
    }

    /** The network attempt tells its end. */
    void end() {
      moved = carrier.moveTo(attempt(local), new Metadata());
      check(local.heard().isEmpty(), "local heard of the call before the move could be told");
      carrier.carry();
    }

    /** The network attempt begins to answer. */
    void answer() {
      if (carrier.commitOnAnswer(/* replayable= */ true)) {
        carrier.carry();
      }
    }

    void sendAndCancel() {
      send("a");
      carrier.cancel(Status.CANCELLED);
      carrier.cancel(Status.CANCELLED);
    }

    void checkLocalHeardAll() {
      check(local.heard().equals(ALL), "local heard " + local.heard());
    }

    /** The beginning of what was sent, then the cancel if there was one, and nothing more. */
    void checkBegun(ScriptedCall call) {
      List<String> heard = call.heard();
      int sent = heard.contains("cancel") ? heard.size() - 1 : heard.size();
      check(ALL.subList(0, sent).equals(heard.subList(0, sent)), "heard " + heard);
    }

    void checkNothingIsKept() {
      carrier.close();
      check(budget.retainedBytes() == 0, budget.retainedBytes() + " bytes are kept");
    }
  }

  @Test
  void nudged_call_says_no_more_to_the_old_attempt_and_all_to_the_new() {
    Lincheck.runConcurrentTest(
        ORDERS,
        () -> {
          Running run = new Running(10);
          run.network.onCancel(() -> {});
          Interleaving.of(run::send, run::nudge);
          run.end();
          run.checkBegun(run.network);
          check(run.network.heard().contains("cancel"), "the nudge cancelled nothing");
          run.checkLocalHeardAll();
          run.checkNothingIsKept();
        });
  }

  @Test
  void committed_call_goes_on_past_the_carrier_in_order() {
    Lincheck.runConcurrentTest(
        ORDERS,
        () -> {
          Running run = new Running(10);
          check(run.carrier.commitOnAnswer(/* replayable= */ true), "not committed");
          Interleaving.of(run::send, run.carrier::carry);
          check(run.network.heard().equals(ALL), "network heard " + run.network.heard());
          run.checkNothingIsKept();
        });
  }

  @Test
  void call_is_either_moved_or_committed_to_the_answer() {
    Lincheck.runConcurrentTest(
        ORDERS / 2,
        () -> {
          Running run = new Running(10);
          Interleaving.of(run::send, run::nudge, run::answer);
          if (run.moved) {
            run.checkBegun(run.network);
            run.checkLocalHeardAll();
          } else {
            check(run.network.heard().equals(ALL), "network heard " + run.network.heard());
          }
          run.checkNothingIsKept();
        });
  }

  @Test
  void call_that_sends_too_much_while_its_attempt_ends_is_moved_whole_or_not_at_all() {
    Lincheck.runConcurrentTest(
        ORDERS,
        () -> {
          Running run = new Running(1);
          Interleaving.of(run::send, run::end);
          run.checkBegun(run.network);
          if (run.moved) {
            run.checkLocalHeardAll();
          } else {
            check(run.network.heard().equals(ALL), "network heard " + run.network.heard());
          }
          run.checkNothingIsKept();
        });
  }

  @Test
  void cancel_reaches_each_attempt_at_most_once_and_the_last_one_always() {
    Lincheck.runConcurrentTest(
        ORDERS,
        () -> {
          Running run = new Running(10);
          Interleaving.of(run::sendAndCancel, run::nudge);
          run.checkBegun(run.network);
          check(run.network.heard().contains("cancel"), "network heard " + run.network.heard());
          if (run.moved) {
            run.checkBegun(run.local);
            check(run.local.heard().contains("cancel"), "local heard " + run.local.heard());
          } else {
            check(run.local.heard().isEmpty(), "local heard " + run.local.heard());
          }
          run.checkNothingIsKept();
        });
  }
}
