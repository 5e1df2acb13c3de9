// Alerts. Each has an entry in alerts.md and a case in alerts_test.yaml.
function(config, names) {
  local alert(name, severity, wait, expr, title, description) = {
    alert: name,
    expr: expr,
    'for': wait,
    labels: { severity: severity, team: 'gitaly' },
    annotations: {
      title: title,
      description: description,
      runbook: config.runbook + '#' + std.asciiLower(name),
    },
  },
  local at = 'on {{ $labels.%s }}' % config.host,
  local breakerOpen = |||
    max without (state) (gitaly_route_breaker_state{state=~"OPEN|HALF_OPEN|FORCED_OPEN"}) == 1
    and gitaly_route_role_enabled == 1
  |||,
  groups: [{
    name: 'gitaly-router',
    rules: [
      alert(
        'GitalyRouterNetworkTrafficWhileRoleOff', 's2', config.short,
        |||
          (
            increase(gitaly_route_started_total{route="network"}[%s]) > 0
            or
            gitaly_route_in_flight{route="network"} > 0
          )
          and ignoring (route) gitaly_route_role_enabled == 0
        ||| % config.zeroWindow,
        'Calls of {{ $labels.storage }} are on the network side though the role is off',
        'Network calls begin or still run %s, and no role sends them there.' % at
      ),
      alert(
        'GitalyRouterMetricsMissing', 's3', config.medium,
        |||
          (up{job="%(job)s"} == 1 unless on (job, instance) gitaly_route_build_info)
          or
          up{job="%(job)s"} == 0
          or
          absent(up{job="%(job)s"})
        ||| % { job: config.workerJob },
        'A worker tells nothing of its router',
        'No check that counts calls can pass without the meters of {{ $labels.instance }}.'
      ),
      alert(
        'GitalyRouterBreakerOpen', 's3', config.medium, breakerOpen,
        'The breaker of {{ $labels.storage }} is open while its role is on',
        'Calls %s are served locally; the network side is not trusted.' % at
      ),
      alert(
        'GitalyRouterBothSidesFail', 's1', config.short,
        |||
          %(errors)s{route="local"} > %(share)s
          and ignoring (route)
          (
            max without (route) (%(errors)s{route="network"}) > %(share)s
            or
            %(fallbacks)s > %(share)s
            or
            (%(open)s)
            or
            (max without (state) (gitaly_route_network_state{state="READY"}) == 0 and gitaly_route_role_enabled == 1)
          )
        ||| % { errors: names.errors, fallbacks: names.fallbacks, share: config.errorShare, open: breakerOpen },
        'Neither side serves {{ $labels.storage }}',
        'Local calls fail %s, and the network side cannot take them.' % at
      ),
      alert(
        'GitalyRouterVersionsDiffer', 's3', config.versions,
        'count without (version) (max without (route) (gitaly_route_server_info)) > 1',
        'The two sides of {{ $labels.storage }} run different versions of Gitaly',
        'Seen %s. Calls are routed; comparisons mean nothing.' % at
      ),
      alert(
        'GitalyRouterConfigStale', 's2', config.short,
        |||
          gitaly_route_config_age_seconds > %(limit)d
          or
          gitaly_route_config_stale == 1
        ||| % { limit: config.staleSeconds },
        'The source of the configuration is silent',
        'Changes do not reach the process %s; the kill switch on the host still works.' % at
      ),
      alert(
        'GitalyRouterConfigRefused', 's3', config.short,
        // What cannot be read is a problem too, and a matter of GitalyRouterConfigStale.
        'gitaly_route_config_problems > 0 and gitaly_route_config_age_seconds < %d' % config.silentSeconds,
        'The newest configuration is refused',
        'The process %s goes on with the last good one.' % at
      ),
      alert(
        'GitalyRouterFallbackRatio', 's3', config.long,
        '%s > %s' % [names.fallbacks, config.fallbackShare],
        'Calls of {{ $labels.storage }} fall back to the local side',
        '{{ $value | humanizePercentage }} of the network calls %s had to move.' % at
      ),
      alert(
        'GitalyRouterOverrideOld', 's4', config.short,
        'gitaly_route_forced_local_age_seconds > %d' % config.overrideSeconds,
        'All calls have been forced local for longer than a day',
        'The kill switch %s was set {{ $value | humanizeDuration }} ago.' % at
      ),
    ],
  }],
}
