package io.gitalyrouter.sim.server;

import io.gitalyrouter.sim.time.Chance;
import io.grpc.Status;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Why a server that answers does not answer as it should. <em>Immutable.</em> */
@FunctionalInterface
interface Fault {
  /**
   * Looks at a call that has arrived.
   *
   * @param running calls that run on the server already
   * @param chance the call's own
   * @return how the call ends; null if this fault lets it pass
   */
  @Nullable Refusal refuse(Asked asked, int running, Chance chance);

  /** The same fault, for some calls only. */
  default Fault only(Predicate<Asked> which) {
    return (asked, running, chance) -> which.test(asked) ? refuse(asked, running, chance) : null;
  }

  /**
   * How a call ends.
   *
   * @param status what the caller is told
   * @param detailed whether the status carries details
   * @param worked whether the handler worked for half its time first; if not, it never began
   */
  record Refusal(Status status, boolean detailed, boolean worked) {
    static Refusal atTheDoor(Status status) {
      return new Refusal(status, /* detailed= */ false, /* worked= */ false);
    }
  }
}
