package io.gitalyrouter.metrics;

import io.grpc.Metadata;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import org.jspecify.annotations.Nullable;

/** The headers of an attempt, for a handler that passes a trace on. <em>Not thread-safe.</em> */
final class AttemptContext extends SenderContext<Metadata> {
  AttemptContext(String storage, Metadata headers) {
    super(AttemptContext::set, Kind.CLIENT);
    setCarrier(headers);
    setRemoteServiceName(storage);
  }

  /** The attempt's own value takes the place of its caller's. */
  private static void set(@Nullable Metadata headers, String name, String value) {
    if (headers != null) {
      Metadata.Key<String> key = Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
      headers.discardAll(key);
      headers.put(key, value);
    }
  }
}
