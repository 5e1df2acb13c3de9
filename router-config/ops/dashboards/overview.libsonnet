function(config, names, lib) {
  name: 'overview',
  title: 'Gitaly router: overview',
  variables: ['host', 'storage'],
  local where(more='') = lib.where(self.variables, more),
  panels: [
    lib.graph('Calls by route', [
      ['sum by (route) (%s%s)' % [names.started, where()], '{{route}}'],
    ], 'reqps'),
    lib.graph('Errors by route', [
      ['max by (route) (%s%s)' % [names.errors, where()], '{{route}}'],
    ], 'percentunit', 'The worst storage and host. What is the request\'s own fault does not count.'),
    lib.graph('Unary calls, p95 by route', [
      ['histogram_quantile(0.95, sum by (le, route) (%s%s))' % [names.buckets, where()], '{{route}}'],
    ], 's', 'From buckets: good enough to see a change, not to decide one.'),
    lib.graph('In flight', [
      ['sum by (route) (gitaly_route_in_flight%s)' % where(), '{{route}}'],
    ]),
    lib.table('Most fallbacks', [
      ['topk(10, %s%s)' % [names.fallbacks, where()], ''],
    ], 'percentunit'),
    lib.table('Breakers', [
      ['max by (storage, state) (gitaly_route_breaker_state%s) == 1' % where(), ''],
    ], 'short', 'Empty while no role is on.'),
    lib.graph('Why calls go local', [
      ['sum by (reason) (rate(gitaly_route_decisions_total%s[%s]))' % [where('route="local"'), config.window], '{{reason}}'],
    ], 'reqps'),
    lib.table('Versions of Gitaly', [
      ['count by (route, version) (gitaly_route_server_info%s)' % where(), ''],
    ], 'short', 'Of the sides that a role uses; nobody asks the others.'),
    lib.check(
      'Versions in use',
      'count(count by (version) (gitaly_route_server_info%s))' % where(),
      2,
      'Must be 1. Nobody is asked while no role is on.'
    ),
    lib.check(
      'Sides that told no version',
      '2 * sum(gitaly_route_role_enabled%s) - (count(gitaly_route_server_info%s and ignoring (route, version) gitaly_route_role_enabled == 1) or vector(0))' % [where(), where()],
      1,
      'Must be 0: a version that nobody knows is not the same version.'
    ),
  ],
}
