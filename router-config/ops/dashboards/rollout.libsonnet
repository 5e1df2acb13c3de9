function(config, names, lib) {
  name: 'rollout',
  title: 'Gitaly router: rollout',
  variables: ['host', 'storage'],
  local where(more='') = lib.where(self.variables, more),
  local host(more='') = lib.where(['host'], more),
  panels: [
    lib.graph('Hosts with the role on', [
      ['sum by (storage) (gitaly_route_role_enabled%s)' % where(), '{{storage}}'],
    ]),
    lib.graph('Share that the role asks for', [
      ['max by (storage) (gitaly_route_role_percent%s)' % where(), '{{storage}}'],
    ], 'percent'),
    lib.graph('Share that the network side gets', [
      ['100 * sum by (storage) (%s%s) / (sum by (storage) (%s%s) > 0)' % [names.started, where('route="network"'), names.started, where()], '{{storage}}'],
    ], 'percent'),
    lib.graph('Fallbacks', [
      ['max by (storage) (%s%s)' % [names.fallbacks, where()], '{{storage}}'],
    ], 'percentunit'),
    lib.graph('Breakers that opened', [
      ['sum by (storage) (increase(gitaly_route_breaker_transitions_total%s[%s]))' % [where('state="OPEN"'), config.window], '{{storage}}'],
      ['sum by (storage) (increase(gitaly_route_breaker_would_trips_total%s[%s]))' % [where(), config.window], 'would: {{storage}}'],
    ]),
    lib.graph('Generation of the routing table', [
      ['gitaly_route_config_generation%s' % host(), '{{%s}}' % config.host],
    ]),
    lib.graph('Age of the configuration', [
      ['gitaly_route_config_age_seconds%s' % host(), '{{%s}}' % config.host],
      ['gitaly_route_config_stale%s' % host(), 'stale: {{%s}}' % config.host],
    ], 's'),
    lib.graph('Refused configuration, and kill switch', [
      ['gitaly_route_config_problems%s' % host(), 'problems: {{%s}}' % config.host],
      ['gitaly_route_forced_local%s' % host(), 'forced local: {{%s}}' % config.host],
      ['gitaly_route_forced_local_age_seconds%s' % host(), 'age: {{%s}}' % config.host],
    ]),
    lib.graph('Last change', [
      ['time() - gitaly_route_last_change_timestamp_seconds%s' % host('kind="table"'), '{{%s}}' % config.host],
    ], 's', 'How long ago the newest table took effect.'),
    lib.graph('Calls under the new table', [
      ['sum by (storage, route) (%s%s)' % [names.handled, where()], '{{storage}} {{route}}'],
    ], 'reqps'),
  ],
}
