function(config, names, lib) {
  name: 'post-check',
  title: 'Gitaly router: post-check',
  variables: ['host', 'storage'],
  local where(more='') = lib.where(self.variables, more),
  local up = 'up%s' % lib.where(['host'], 'job="%s"' % config.workerJob),
  local silent = 'count(%s) - (count(%s == 1 and on (job, instance) gitaly_route_build_info) or vector(0))' % [up, up],
  // A sum over those that speak would show 0 for those that do not.
  local ifAllSpeak(query) = '%s and on () %s == 0' % [query, silent],
  local zero(title, query, description='Must be 0.') = lib.check(title, query, 1e-9, description),
  panels: [
    zero('Workers that tell nothing', silent, 'Must be 0. While it is not, the numbers beside it have no data, which is a failure.'),
    zero('Hosts with the role on', ifAllSpeak('sum(gitaly_route_role_enabled%s)' % where())),
    zero(
      'Network calls begun',
      ifAllSpeak('sum(increase(gitaly_route_started_total%s[%s]))' % [where('route="network"'), config.window]),
      'Must be 0 over the window.'
    ),
    zero('Network calls in flight', ifAllSpeak('sum(gitaly_route_in_flight%s)' % where('route="network"'))),
    lib.table('What still runs there', [
      ['sum by (%s, storage) (gitaly_route_in_flight%s)' % [config.host, where('route="network"')], ''],
      ['max by (%s, storage) (gitaly_route_oldest_in_flight_seconds%s)' % [config.host, where('route="network"')], ''],
    ]),
    zero(
      'Connections of the network side',
      ifAllSpeak('sum(gitaly_route_network_state%s)' % where('state=~"CONNECTING|READY|SUSPECT|UNREACHABLE"')),
      'Must be 0: a role that is off is dark.'
    ),
    zero(
      'Calls that servers started',
      'sum(increase(grpc_server_started_total{job="%s",grpc_service!~"grpc.health.*"}[%s])) and on () min(up{job="%s"}) == 1' % [config.serverJob, config.window, config.serverJob],
      'Told by the servers. Must be 0 where nobody else uses them.'
    ),
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
