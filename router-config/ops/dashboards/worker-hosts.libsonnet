function(config, names, lib) {
  name: 'worker-hosts',
  title: 'Gitaly router: per worker host',
  variables: ['host', 'storage'],
  local where(more='') = lib.where(self.variables, more),
  local sides(title, query, unit) = [
    lib.graph(title + ', ' + route, [[query % where('route="%s"' % route), '{{%s}}' % config.host]], unit)
    for route in ['network', 'local']
  ],
  panels:
    sides('Calls', 'sum by (%s) (%s%%s)' % [config.host, names.started], 'reqps')
    + sides('Errors', 'max by (%s) (%s%%s)' % [config.host, names.errors], 'percentunit')
    + sides('Unary calls, p50', 'histogram_quantile(0.5, sum by (le, %s) (%s%%s))' % [config.host, names.buckets], 's')
    + sides('Unary calls, p95', 'histogram_quantile(0.95, sum by (le, %s) (%s%%s))' % [config.host, names.buckets], 's')
    + sides('In flight', 'sum by (%s) (gitaly_route_in_flight%%s)' % config.host, 'short')
    + sides('Oldest call', 'max by (%s) (gitaly_route_oldest_in_flight_seconds%%s)' % config.host, 's')
    + [
      lib.graph('Calls per correlation id, p95, ' + route, [[
        'histogram_quantile(0.95, sum by (le, %s) (rate(gitaly_route_calls_per_correlation_id_bucket%s[%s])))'
        % [config.host, lib.where(['host'], 'route="%s"' % route), config.window],
        '{{%s}}' % config.host,
      ]], 'short', 'Of all storages; only from workers that count it.')
      for route in ['network', 'local']
    ]
    + [
      lib.graph('Time lost before a fallback', [
        ['sum by (%s) (rate(gitaly_route_fallback_lost_seconds_sum%s[%s]))' % [config.host, where(), config.window], '{{%s}}' % config.host],
      ], 's', 'Seconds lost in each second, over all calls.'),
      lib.graph('Calls that could no longer move', [
        ['sum by (%s) (rate(gitaly_route_early_commits_total%s[%s]))' % [config.host, where(), config.window], '{{%s}}' % config.host],
      ], 'reqps'),
      lib.graph('Kept for replays', [
        ['sum by (%s) (gitaly_route_replay_bytes%s)' % [config.host, lib.where(['host'])], '{{%s}}' % config.host],
      ], 'bytes'),
      lib.table('Library', [
        ['count by (%s, version, java) (gitaly_route_build_info%s)' % [config.host, lib.where(['host'])], ''],
      ]),
    ],
}
