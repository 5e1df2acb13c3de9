package io.gitalyrouter.standin;

import io.gitalyrouter.standin.journal.CallLog;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The counted calls as a Gitaly's metrics page shows them: every method is there from the start, at
 * 0. *Immutable.*
 */
final class CallMetrics {
  private static final CallLog.Counts NONE = new CallLog.Counts(0, Map.of());

  private final CallLog calls;
  private final Map<String, MethodType> methods = new TreeMap<>();
  private final String version;

  CallMetrics(CallLog calls, List<? extends BindableService> services, String version) {
    this.calls = calls;
    this.version = version;
    services.stream()
        .flatMap(service -> service.bindService().getMethods().stream())
        .map(method -> method.getMethodDescriptor())
        .forEach(method -> methods.put(method.getFullMethodName(), method.getType()));
  }

  /** The page in Prometheus' text form. */
  String page() {
    Map<String, CallLog.Counts> counts = calls.counts();
    StringBuilder started = new StringBuilder("# TYPE grpc_server_started_total counter\n");
    StringBuilder handled = new StringBuilder("# TYPE grpc_server_handled_total counter\n");
    methods.forEach(
        (method, type) -> {
          String labels = labels(method, type);
          CallLog.Counts count = counts.getOrDefault(method, NONE);
          started.append(line("grpc_server_started_total", labels, count.started()));
          count
              .ended()
              .forEach(
                  (code, ended) ->
                      handled.append(
                          line(
                              "grpc_server_handled_total",
                              labels + ",grpc_code=\"" + code + '"',
                              ended)));
        });
    return started.toString()
        + handled
        + line("gitlab_build_info", "version=\"" + version + '"', 1)
        + String.format(
            Locale.ROOT,
            "process_start_time_seconds %.3f\n",
            ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3);
  }

  private static String labels(String method, MethodType type) {
    return String.format(
        Locale.ROOT,
        "grpc_service=\"%s\",grpc_method=\"%s\",grpc_type=\"%s\"",
        MethodDescriptor.extractFullServiceName(method),
        MethodDescriptor.extractBareMethodName(method),
        type(type));
  }

  private static String type(MethodType type) {
    return switch (type) {
      case UNARY, UNKNOWN -> "unary";
      case CLIENT_STREAMING -> "client_stream";
      case SERVER_STREAMING -> "server_stream";
      case BIDI_STREAMING -> "bidi_stream";
    };
  }

  private static String line(String name, String labels, long value) {
    return name + '{' + labels + "} " + value + '\n';
  }
}
