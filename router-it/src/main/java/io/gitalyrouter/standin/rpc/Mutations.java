package io.gitalyrouter.standin.rpc;

import io.gitalyrouter.standin.journal.CallIdentity;
import io.gitalyrouter.standin.journal.Ledger;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.Callable;

/**
 * Carries mutations out between two lines of the ledger. *Thread-safe.*
 *
 * <p>Requests are checked before they come here: a refused request is not an execution.
 */
public final class Mutations {
  private final Ledger ledger;

  /** Writes to the given ledger. */
  public Mutations(Ledger ledger) {
    this.ledger = ledger;
  }

  /** Begins an execution that the caller ends, for the call in whose context this runs. */
  Ledger.Execution begin(String detail) {
    return ledger.begin(CallIdentity.current(), detail);
  }

  /** Carries out a mutation of the call in whose context this runs. */
  <A> A apply(String detail, Callable<A> body) throws Exception {
    Ledger.Execution execution = begin(detail);
    Status.Code status = Status.Code.INTERNAL;
    try {
      A answer = body.call();
      status = Status.Code.OK;
      return answer;
    } catch (StatusRuntimeException e) {
      status = e.getStatus().getCode();
      throw e;
    } finally {
      execution.end(status);
    }
  }
}
