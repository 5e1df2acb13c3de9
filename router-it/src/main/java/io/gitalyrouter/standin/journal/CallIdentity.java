package io.gitalyrouter.standin.journal;

import io.grpc.Context;

/**
 * Which call something is done for. *Immutable.*
 *
 * @param method full method name, such as {@code gitaly.RefService/RefExists}
 * @param callId the client's own id of the call, equal on every attempt; empty if it sent none
 * @param transport {@code unix}, {@code tcp} or {@code tls}
 */
public record CallIdentity(String method, String callId, String transport) {
  private static final CallIdentity NONE = new CallIdentity("", "", "");
  private static final Context.Key<CallIdentity> KEY = Context.keyWithDefault("standin-call", NONE);

  /** The identity of the call whose callback is running; all fields are empty outside of calls. */
  public static CallIdentity current() {
    return KEY.get();
  }

  /** The running context with this identity in it. */
  public Context inContext() {
    return Context.current().withValue(KEY, this);
  }
}
