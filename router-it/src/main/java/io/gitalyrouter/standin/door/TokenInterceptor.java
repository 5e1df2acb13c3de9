package io.gitalyrouter.standin.door;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/**
 * Turns calls with a bad token away before their handler: trailers only. *Thread-safe.*
 *
 * <p>Health checks need no token, as in today's Gitaly, unless asked for.
 */
public final class TokenInterceptor implements ServerInterceptor {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final String HEALTH_SERVICE = "grpc.health.v1.Health";

  private final TokenCheck check;
  private final boolean healthExempt;

  /**
   * Guards every service.
   *
   * @param healthExempt whether health checks pass without a token
   */
  public TokenInterceptor(TokenCheck check, boolean healthExempt) {
    this.check = check;
    this.healthExempt = healthExempt;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (healthExempt && HEALTH_SERVICE.equals(call.getMethodDescriptor().getServiceName())) {
      return next.startCall(call, headers);
    }
    Status verdict = check.judge(headers.get(AUTHORIZATION));
    if (verdict.isOk()) {
      return next.startCall(call, headers);
    }
    call.close(verdict, new Metadata());
    return new ServerCall.Listener<>() {};
  }
}
