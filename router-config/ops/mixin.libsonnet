// Everything that Prometheus and Grafana take from here. To change a setting:
// (import 'mixin.libsonnet') + { _config+:: { window: '2m' } }
{
  _config:: import 'config.libsonnet',
  local rules = (import 'rules.libsonnet')(self._config),
  local names = rules.names,
  prometheusRules:: { groups: rules.groups },
  prometheusAlerts:: (import 'alerts.libsonnet')(self._config, names),
  local lib = (import 'panels.libsonnet')(self._config),
  grafanaDashboards:: {
    ['gitaly-router-' + name + '.json']: lib.dashboard(name, board.title, board.variables, board.panels)
    for board in [
      (import 'dashboards/overview.libsonnet')(self._config, names, lib),
      (import 'dashboards/methods.libsonnet')(self._config, names, lib),
      (import 'dashboards/worker-hosts.libsonnet')(self._config, names, lib),
      (import 'dashboards/nfs-hosts.libsonnet')(self._config, names, lib),
      (import 'dashboards/rollout.libsonnet')(self._config, names, lib),
      (import 'dashboards/post-check.libsonnet')(self._config, names, lib),
    ]
    for name in [board.name]
  },
  // One object with every file, by its name: jsonnet -S -m rendered -e "(import 'mixin.libsonnet').files".
  files:: {
    'rules.yaml': std.manifestYamlDoc($.prometheusRules, indent_array_in_object=true) + '\n',
    'alerts.yaml': std.manifestYamlDoc($.prometheusAlerts, indent_array_in_object=true) + '\n',
  } + {
    [name]: std.manifestJsonEx($.grafanaDashboards[name], '  ') + '\n'
    for name in std.objectFields($.grafanaDashboards)
  },
}
