function(config, names, lib) {
  name: 'methods',
  title: 'Gitaly router: per method',
  variables: ['host', 'storage', 'method'],
  local where(more='') = lib.where(self.variables, more),
  panels: [
    lib.graph('Calls', [
      ['sum by (grpc_method, route) (rate(grpc_client_started_total%s[%s]))' % [where(), config.window], '{{grpc_method}} {{route}}'],
    ], 'reqps'),
    lib.graph('Statuses', [
      ['sum by (grpc_method, route, grpc_code) (rate(grpc_client_handled_total%s[%s]))' % [where(), config.window], '{{grpc_method}} {{route}} {{grpc_code}}'],
    ], 'reqps'),
  ] + [
    lib.graph('p%d' % p, [
      ['histogram_quantile(%g, sum by (le, grpc_method, route) (rate(grpc_client_handling_seconds_bucket%s[%s])))' % [p / 100, where(), config.window], '{{grpc_method}} {{route}}'],
    ], 's')
    for p in [50, 95]
  ] + [
    lib.graph('First message of streams, p95', [
      ['histogram_quantile(0.95, sum by (le, grpc_method, route) (rate(grpc_client_first_message_seconds_bucket%s[%s])))' % [where(), config.window], '{{grpc_method}} {{route}}'],
    ], 's'),
    lib.graph('Mean time', [
      ['sum by (grpc_method, route) (rate(grpc_client_handling_seconds_sum%s[%s])) / (sum by (grpc_method, route) (rate(grpc_client_handling_seconds_count%s[%s])) > 0)' % [where(), config.window, where(), config.window], '{{grpc_method}} {{route}}'],
    ], 's'),
    lib.graph('Messages', [
      ['sum by (grpc_method, route) (rate(grpc_client_msg_sent_total%s[%s]))' % [where(), config.window], 'sent {{grpc_method}} {{route}}'],
      ['sum by (grpc_method, route) (rate(grpc_client_msg_received_total%s[%s]))' % [where(), config.window], 'received {{grpc_method}} {{route}}'],
    ], 'cps'),
  ],
}
