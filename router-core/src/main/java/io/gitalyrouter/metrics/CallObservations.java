package io.gitalyrouter.metrics;

import io.gitalyrouter.call.CallRecorder;
import io.gitalyrouter.call.RunningCall;
import io.gitalyrouter.count.MethodLimit;
import io.gitalyrouter.count.MethodName;
import io.grpc.MethodDescriptor;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the observations of {@link RouterObservations} in the registry of the embedding process,
 * under the observation and the span that are current where a call starts. What a handler throws
 * reaches no call. <em>Thread-safe.</em>
 */
public final class CallObservations {
  private static final Logger LOG = LoggerFactory.getLogger(CallObservations.class);

  private final ObservationRegistry registry;

  /** By full name, itself or {@link MethodName#OTHER}; as bounded as the meters of methods. */
  private final Map<String, String> methods = new ConcurrentHashMap<>();

  /** Set by the first failure of a handler; later ones are logged for those who look closely. */
  private final AtomicBoolean failed = new AtomicBoolean();

  /** Observations in this registry; none are made while it has no handlers. */
  public CallObservations(ObservationRegistry registry) {
    this.registry = registry;
  }

  /** Who hears of the calls of a storage: their observations, and the given recorder before. */
  public CallRecorder recorder(String storage, CallRecorder next) {
    return (method, decision, startNanos) -> {
      RunningCall rest = next.started(method, decision, startNanos);
      return registry.isNoop()
          ? rest
          : new ObservedCall(this, new Subject(storage, name(method)), decision, rest);
    };
  }

  private String name(MethodDescriptor<?, ?> method) {
    String full = method.getFullMethodName();
    String known = methods.get(full);
    if (known != null) {
      return known;
    }
    if (methods.size() >= MethodLimit.DEFAULT_PLACES) {
      return MethodName.OTHER.method();
    }
    methods.put(full, full);
    return full;
  }

  /** A new observation, not started, under that which is current on this thread. */
  Observation create(
      RouterObservations kind, Subject subject, Supplier<Observation.Context> context) {
    return Observation.createNotStarted(kind.observationName(), context, registry)
        .lowCardinalityKeyValue(RouterObservations.STORAGE, subject.storage())
        .lowCardinalityKeyValue(RouterObservations.METHOD, subject.method());
  }

  /** Runs a step of the handlers; a call goes on without it if it fails. */
  void safely(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      if (failed.compareAndSet(/* expectedValue= */ false, /* newValue= */ true)) {
        LOG.warn("a handler of observations failed; calls go on, later failures are DEBUG", e);
      } else {
        LOG.debug("a handler of observations failed", e);
      }
    }
  }

  /** What an observation is about. */
  record Subject(String storage, String method) {}
}
