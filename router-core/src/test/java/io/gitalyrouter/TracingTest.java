package io.gitalyrouter;

import static io.gitalyrouter.fixture.GitalyMethods.FIND_COMMIT;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.Streams;
import io.gitalyrouter.fixture.Sides;
import io.gitalyrouter.fixture.TestGitaly;
import io.gitalyrouter.fixture.TestGitaly.Behaviour;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.micrometer.observation.ObservationHandler.FirstMatchingCompositeObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A call as an OpenTelemetry bridge shows it, and the trace as the servers get it. */
@Timeout(60)
final class TracingTest {
  private static final Metadata.Key<String> TRACE_PARENT =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final SdkTracerProvider provider =
      SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(spans)).build();
  private final Tracer application = provider.get("application");

  private @Nullable Sides sides;

  private Sides open(Path directory, UnaryOperator<GitalyRouter.Builder> settings)
      throws IOException {
    Sides made = new Sides(directory, settings);
    sides = made;
    return made.switchedOn();
  }

  @AfterEach
  void stop() {
    if (sides != null) {
      sides.close();
    }
    provider.close();
  }

  /** As an application wires it. */
  private ObservationRegistry bridged() {
    OtelTracer tracer = new OtelTracer(application, new OtelCurrentTraceContext(), event -> {});
    ContextPropagators w3c = ContextPropagators.create(W3CTraceContextPropagator.getInstance());
    ObservationRegistry registry = ObservationRegistry.create();
    registry
        .observationConfig()
        .observationHandler(
            new FirstMatchingCompositeObservationHandler(
                new PropagatingSenderTracingObservationHandler<>(
                    tracer, new OtelPropagator(w3c, application)),
                new DefaultTracingObservationHandler(tracer)));
    return registry;
  }

  private SpanData span(String name) {
    return spans.getFinishedSpanItems().stream()
        .filter(span -> span.getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " in " + spans.getFinishedSpanItems()));
  }

  private static List<String> events(SpanData span) {
    return span.getEvents().stream().map(EventData::getName).toList();
  }

  private static @Nullable String attribute(SpanData span, String key) {
    return span.getAttributes().get(AttributeKey.stringKey(key));
  }

  /** What a server got, without the flags. */
  private static List<String> traceParents(TestGitaly server) {
    return server.received().stream()
        .map(call -> call.headers().getAll(TRACE_PARENT))
        .flatMap(values -> values == null ? Stream.of("none") : Streams.stream(values))
        .map(header -> header.replaceFirst("[0-9a-f]{2}$", ""))
        .toList();
  }

  private static String traceParent(SpanData span) {
    return "00-" + span.getTraceId() + "-" + span.getSpanId() + "-";
  }

  private static Behaviour failing() {
    return Behaviour.failing(Status.UNAVAILABLE.withDescription("@hashed/ab/cd.git is away"));
  }

  @Test
  void moved_call_is_one_span_under_the_caller_s_with_both_attempts(@TempDir Path directory)
      throws IOException {
    Sides routed = open(directory, builder -> builder.observationRegistry(bridged()));
    routed.network().behave(failing());
    Span request = application.spanBuilder("request").startSpan();
    Runnable handled = () -> assertThat(routed.call(FIND_COMMIT, "a")).isEqualTo("local:a");
    Context.current().with(request).wrap(handled).run();
    request.end();

    String name = FIND_COMMIT.getFullMethodName();
    assertThat(spans.getFinishedSpanItems())
        .extracting(SpanData::getName)
        .containsExactly(name + " network", name + " local", name, "request");
    SpanData call = span(name);
    assertThat(call.getParentSpanId()).isEqualTo(span("request").getSpanId());
    assertThat(events(call))
        .containsExactly(
            "decision: to network, meant for network, because of role",
            "attempt: on network",
            "attempt: on local",
            "fallback: failed after Unavailable");
    assertThat(attribute(call, "storage")).isEqualTo(Sides.STORAGE);
    assertThat(attribute(call, "route")).isEqualTo("local");
    assertThat(attribute(call, "outcome")).isEqualTo("OK");
    assertThat(call.getStatus().getStatusCode()).isNotEqualTo(StatusCode.ERROR);

    SpanData first = span(name + " network");
    SpanData second = span(name + " local");
    assertThat(List.of(first, second))
        .allSatisfy(
            attempt -> {
              assertThat(attempt.getParentSpanId()).isEqualTo(call.getSpanId());
              assertThat(attempt.getTraceId()).isEqualTo(call.getTraceId());
              assertThat(attempt.getKind()).isEqualTo(SpanKind.CLIENT);
            });
    assertThat(first.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(attribute(first, "outcome")).isEqualTo("Unavailable");
    assertThat(attribute(second, "outcome")).isEqualTo("OK");
    assertThat(traceParents(routed.network())).containsExactly(traceParent(first));
    assertThat(traceParents(routed.local())).containsExactly(traceParent(second));
    assertThat(spans.getFinishedSpanItems().toString()).doesNotContain("@hashed");
  }

  @Test
  void what_the_application_puts_into_the_headers_reaches_both_sides(@TempDir Path directory)
      throws IOException {
    Sides routed = open(directory, UnaryOperator.identity());
    routed.network().behave(failing());
    String own = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-";
    Metadata headers = new Metadata();
    headers.put(TRACE_PARENT, own + "01");
    Channel channel =
        ClientInterceptors.intercept(
            routed.channel(), MetadataUtils.newAttachHeadersInterceptor(headers));
    CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS);
    assertThat(ClientCalls.blockingUnaryCall(channel, FIND_COMMIT, options, "a"))
        .isEqualTo("local:a");
    assertThat(traceParents(routed.network())).containsExactly(own);
    assertThat(traceParents(routed.local())).containsExactly(own);
  }

  @Test
  void attempt_takes_the_place_of_its_caller_in_the_headers(@TempDir Path directory)
      throws IOException {
    Sides routed = open(directory, builder -> builder.observationRegistry(bridged()));
    Metadata headers = new Metadata();
    headers.put(TRACE_PARENT, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    Channel channel =
        ClientInterceptors.intercept(
            routed.channel(), MetadataUtils.newAttachHeadersInterceptor(headers));
    CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS);
    assertThat(ClientCalls.blockingUnaryCall(channel, FIND_COMMIT, options, "a"))
        .isEqualTo("network:a");
    assertThat(traceParents(routed.network()))
        .containsExactly(traceParent(span(FIND_COMMIT.getFullMethodName() + " network")));
    assertThat(events(span(FIND_COMMIT.getFullMethodName()))).contains("commit: answered");
  }
}
