function(config, names, lib) {
  name: 'post-check',
  title: 'Gitaly router: post-check',
  variables: ['host', 'storage'],
  local where(more='') = lib.where(self.variables, more),
  local host(more='') = lib.where(['host'], more),
  panels: [
    lib.number('Workers that tell nothing', [
      ['count(up{job="%s"}) - (count(up{job="%s"} == 1 and on (job, instance) gitaly_route_build_info) or vector(0))' % [config.workerJob, config.workerJob], ''],
    ], 'short', 'Must be 0. No data is a failure: the numbers beside it then mean nothing.'),
    lib.number('Hosts with the role on', [
      ['sum(gitaly_route_role_enabled%s)' % where(), ''],
    ], 'short', 'Must be 0.'),
    lib.number('Network calls begun', [
      ['sum(increase(gitaly_route_started_total%s[%s]))' % [where('route="network"'), config.window], ''],
    ], 'short', 'Must be 0 over the window.'),
    lib.number('Network calls in flight', [
      ['sum(gitaly_route_in_flight%s)' % where('route="network"'), ''],
    ], 'short', 'Must be 0.'),
    lib.table('What still runs there', [
      ['sum by (%s, storage) (gitaly_route_in_flight%s)' % [config.host, where('route="network"')], ''],
      ['max by (%s, storage) (gitaly_route_oldest_in_flight_seconds%s)' % [config.host, where('route="network"')], ''],
    ]),
    lib.number('Connections of the network side', [
      ['sum(gitaly_route_network_state%s)' % where('state=~"CONNECTING|READY|SUSPECT|UNREACHABLE"'), ''],
    ], 'short', 'Must be 0: a role that is off is dark.'),
    lib.number('Calls that servers started', [
      ['sum(increase(grpc_server_started_total{job="%s",grpc_service!~"grpc.health.*"}[%s]))' % [config.serverJob, config.window], ''],
    ], 'short', 'Told by the servers. Must be 0 where nobody else uses them.'),
    lib.graph('Local calls', [
      ['sum by (%s) (%s%s)' % [config.host, names.started, where('route="local"')], '{{%s}}' % config.host],
    ], 'reqps', 'Must be what it was before the change.'),
    lib.graph('Errors of local calls', [
      ['max by (%s) (%s%s)' % [config.host, names.errors, where('route="local"')], '{{%s}}' % config.host],
    ], 'percentunit'),
    lib.graph('Calls that moved', [
      ['sum by (storage) (increase(gitaly_route_fallback_lost_seconds_count%s[%s]))' % [where(), config.window], '{{storage}}'],
    ]),
  ],
}
