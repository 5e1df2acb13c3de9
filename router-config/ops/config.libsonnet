// What a site changes. Times are those of Prometheus; `short` to `versions` are how long a state
// lasts before its alert fires.
{
  // The jobs that scrape worker hosts, the Gitaly servers of the NFS hosts, and their machines.
  workerJob: 'gitaly-worker',
  serverJob: 'gitaly',
  nodeJob: 'node',
  // The label that names a host; the scrape sets it.
  host: 'fqdn',
  // What rates are taken over. More than four scrapes.
  window: '5m',
  // As above, for traffic that must not be there.
  zeroWindow: '1m',
  short: '2m',
  medium: '5m',
  long: '10m',
  versions: '30m',
  // Shares, 0 to 1.
  fallbackShare: 0.01,
  errorShare: 0.05,
  staleSeconds: 60,
  // From this age on a source counts as silent: above the time between two readings.
  silentSeconds: 20,
  overrideSeconds: 24 * 3600,
  runbook: 'router-config/ops/alerts.md',
}
