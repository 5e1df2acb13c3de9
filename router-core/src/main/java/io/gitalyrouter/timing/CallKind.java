package io.gitalyrouter.timing;

import io.grpc.MethodDescriptor;
import java.util.Locale;

/** What a call is known by before it is routed. <em>Immutable.</em> */
record CallKind(String storage, String method, String type) {
  static CallKind of(String storage, MethodDescriptor<?, ?> method) {
    return new CallKind(
        storage, method.getFullMethodName(), method.getType().name().toLowerCase(Locale.ROOT));
  }
}
