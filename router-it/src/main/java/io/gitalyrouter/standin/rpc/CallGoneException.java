package io.gitalyrouter.standin.rpc;

import java.io.IOException;

/** The client has given the call up, so nobody waits for what is being done. *Immutable.* */
final class CallGoneException extends IOException {
  private static final long serialVersionUID = 1;

  CallGoneException() {
    super("the call is over");
  }
}
