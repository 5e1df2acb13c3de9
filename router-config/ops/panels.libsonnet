// Panels and dashboards of Grafana, in plain jsonnet.
function(config) {
  local datasource = { type: 'prometheus', uid: '${datasource}' },
  local noData = 'NO DATA',
  local base(title, type, queries, unit, description) = {
    title: title,
    type: type,
    description: description,
    datasource: datasource,
    fieldConfig: { defaults: { unit: unit, noValue: noData }, overrides: [] },
    targets: [
      {
        refId: std.char(65 + i),
        datasource: datasource,
        expr: queries[i][0],
        legendFormat: queries[i][1],
      } + {
        table: { format: 'table', instant: true },
        // Of this moment: the last value of a host that has gone says nothing.
        stat: { instant: true },
        timeseries: {},
      }[type]
      for i in std.range(0, std.length(queries) - 1)
    ],
  },
  // A query is [expression, legend].
  graph(title, queries, unit='short', description=''):: base(title, 'timeseries', queries, unit, description),
  // A number that is green below a limit, and red from there on and where there is no data.
  check(title, query, limit, description):: base(title, 'stat', [[query, '']], 'short', description) {
    fieldConfig+: { defaults+: {
      color: { mode: 'thresholds' },
      thresholds: { mode: 'absolute', steps: [
        { color: 'green', value: null },
        { color: 'red', value: limit },
      ] },
      mappings: [{ type: 'special', options: {
        match: 'null+nan',
        result: { text: noData, color: 'red', index: 0 },
      } }],
    } },
    options: {
      colorMode: 'background',
      reduceOptions: { calcs: ['last'], fields: '', values: false },
    },
  },
  table(title, queries, unit='short', description=''):: base(title, 'table', queries, unit, description),
  local labelOf = { host: config.host, storage: 'storage', method: 'grpc_method' },
  // A selector of the variables named, such as {fqdn=~"$host",route="network"}.
  where(variables, more=''):: '{' + std.join(',', std.filter(
    function(part) part != '',
    ['%s=~"$%s"' % [labelOf[v], v] for v in variables] + [more]
  )) + '}',
  local variable(name) = {
    name: name,
    type: 'query',
    datasource: datasource,
    query: 'label_values(%s, %s)' % [
      if name == 'method' then 'grpc_client_started_total' else 'gitaly_route_role_enabled',
      labelOf[name],
    ],
    refresh: 2,
    multi: true,
    includeAll: true,
    allValue: '.*',
    current: { text: 'All', value: '$__all' },
  },
  dashboard(name, title, variables, panels):: {
    uid: 'gitaly-router-' + name,
    title: title,
    tags: ['gitaly-router'],
    timezone: 'utc',
    refresh: '30s',
    schemaVersion: 37,
    time: { from: 'now-1h', to: 'now' },
    templating: {
      list: [{ name: 'datasource', type: 'datasource', query: 'prometheus' }]
            + [variable(v) for v in variables],
    },
    annotations: { list: [{
      name: 'changes',
      enable: true,
      datasource: datasource,
      expr: '(gitaly_route_last_change_timestamp_seconds%s > 0) * 1000'
            % $.where(std.filter(function(v) v == 'host', variables)),
      useValueForTime: true,
      titleFormat: '{{kind}}',
      textFormat: '{{%s}}' % config.host,
    }] },
    links: [{ title: 'gitaly-router', type: 'dashboards', tags: ['gitaly-router'], asDropdown: true, keepTime: true }],
    panels: [
      panels[i] { id: i + 1, gridPos: { h: 8, w: 12, x: 12 * (i % 2), y: 8 * std.floor(i / 2) } }
      for i in std.range(0, std.length(panels) - 1)
    ],
  },
}
