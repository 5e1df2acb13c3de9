function(config, names, lib) {
  name: 'nfs-hosts',
  title: 'Gitaly router: per NFS host',
  variables: ['storage'],
  local where(more='') = lib.where(self.variables, more),
  panels: [
    lib.graph('Calls that workers send', [
      ['sum by (storage) (%s%s)' % [names.started, where('route="network"')], '{{storage}}'],
    ], 'reqps'),
    lib.graph('In flight, by the workers', [
      ['sum by (storage) (gitaly_route_in_flight%s)' % where('route="network"'), '{{storage}}'],
    ]),
    lib.graph('Connection, as workers see it', [
      ['sum by (storage, state) (gitaly_route_network_state%s)' % where(), '{{storage}} {{state}}'],
    ], 'short', 'Workers by the state of their connection.'),
    lib.graph('Unary calls, p95', [
      ['histogram_quantile(0.95, sum by (le, storage) (%s%s))' % [names.buckets, where('route="network"')], '{{storage}}'],
    ], 's'),
    lib.graph('Calls that servers started', [
      ['sum by (%s) (rate(grpc_server_started_total{job="%s"}[%s]))' % [config.host, config.serverJob, config.window], '{{%s}}' % config.host],
    ], 'reqps', 'Told by the servers themselves, other clients included.'),
    lib.graph('Processors of Gitaly', [
      ['sum by (%s) (rate(process_cpu_seconds_total{job="%s"}[%s]))' % [config.host, config.serverJob, config.window], '{{%s}}' % config.host],
    ], 'short', 'Processors in use.'),
    lib.graph('Processors of the host, idle share', [
      ['avg by (%s) (rate(node_cpu_seconds_total{job="%s",mode="idle"}[%s]))' % [config.host, config.nodeJob, config.window], '{{%s}}' % config.host],
    ], 'percentunit'),
    lib.graph('Memory of the host, free share', [
      ['node_memory_MemAvailable_bytes{job="%s"} / node_memory_MemTotal_bytes{job="%s"}' % [config.nodeJob, config.nodeJob], '{{%s}}' % config.host],
    ], 'percentunit'),
  ],
}
