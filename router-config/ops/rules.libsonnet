// Recording rules, named level:metric:operation.
function(config) {
  local window = config.window,
  // What speaks against the server, as in Gitaly's own service levels.
  local errors = 'grpc_code!~"OK|NotFound|Unauthenticated|AlreadyExists|FailedPrecondition|Canceled|InvalidArgument"',
  local method = 'grpc_service, grpc_method, grpc_type',
  local rule(name, expr) = { record: name + window, expr: expr },
  names:: {
    started: 'instance_storage_route:gitaly_route_started:rate' + window,
    handled: 'instance_storage_route:grpc_client_handled:rate' + window,
    errors: 'instance_storage_route:grpc_client_handled:error_ratio_rate' + window,
    buckets: 'instance_storage_route:grpc_client_handling_seconds_bucket:rate' + window,
    fallbacks: 'instance_storage:gitaly_route_fallback_lost_seconds_count:ratio_rate' + window,
  },
  groups: [{
    name: 'gitaly-router',
    rules: [
      rule(
        'instance_storage_route:gitaly_route_started:rate',
        'rate(gitaly_route_started_total[%s])' % window
      ),
      rule(
        'instance_storage_route:grpc_client_handled:rate',
        'sum without (%s, grpc_code) (rate(grpc_client_handled_total[%s]))' % [method, window]
      ),
      rule(
        'instance_storage_route:grpc_client_handled:error_ratio_rate',
        |||
          (
            sum without (%(method)s, grpc_code) (rate(grpc_client_handled_total{%(errors)s}[%(window)s]))
            or
            0 * sum without (%(method)s, grpc_code) (rate(grpc_client_handled_total[%(window)s]))
          )
          /
          (sum without (%(method)s, grpc_code) (rate(grpc_client_handled_total[%(window)s])) > 0)
        ||| % { method: method, errors: errors, window: window }
      ),
      rule(
        'instance_storage_route:grpc_client_handling_seconds_bucket:rate',
        'sum without (%s) (rate(grpc_client_handling_seconds_bucket{grpc_type="unary"}[%s]))' % [method, window]
      ),
      rule(
        'instance_storage:gitaly_route_fallback_lost_seconds_count:ratio_rate',
        |||
          rate(gitaly_route_fallback_lost_seconds_count[%(window)s])
          / ignoring (route)
          (rate(gitaly_route_started_total{route="network"}[%(window)s]) > 0)
        ||| % { window: window }
      ),
    ],
  }],
}
