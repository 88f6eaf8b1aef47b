import type { Config } from '@nestwatch/common/config/load';
import { choice, durationMs, flag, list, structure, text } from '@nestwatch/common/config/setting';
import { SEVERITIES } from '../read/severity.ts';
import type { MaintenanceWindow } from './alerts/maintenance.ts';
import { parseMaintenance } from './alerts/parse-maintenance.ts';
import { parseOverrides } from './rules/parse-overrides.ts';
import type { Override } from './rules/policy.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;

const leastSeverity = (whom: string) =>
  choice(`Least severity of alerts that ${whom} is told of`, { choices: SEVERITIES, default: 'warning' });

/** Settings of what watches the labs and of whom it notifies. */
export const alertingSettings = {
  'watch.enabled': flag('Watch for slowdowns and raise alerts, when no other collector does', {
    default: true,
  }),
  'watch.interval': durationMs('Time between two evaluations of the labs', {
    default: 10_000,
    minMs: 500,
    maxMs: 10 * MINUTE_MS,
  }),
  'watch.history': durationMs(
    'How far back benchmark results are compared; not further than retention.raw keeps them',
    { default: 30 * DAY_MS, minMs: DAY_MS, maxMs: 730 * DAY_MS },
  ),
  'watch.probe-window': durationMs('Length of the windows in which probes are summed up to be compared', {
    default: 10 * MINUTE_MS,
    minMs: 10_000,
    maxMs: DAY_MS,
  }),
  'watch.rules': structure<readonly Override[]>('Settings of alert rules, see docs/alerts.md', {
    default: [],
    type: 'list of rules with what they hold for',
    parse: parseOverrides,
  }),
  'watch.maintenance': structure<readonly MaintenanceWindow[]>(
    'Times of the week at which nobody is told of alerts, see docs/alerts.md',
    { default: [], type: 'list of windows', parse: parseMaintenance },
  ),
  'alertmanager.url': list('Addresses of Prometheus Alertmanagers, all of a cluster', { default: [] }),
  'alertmanager.token': text('Bearer token for them', { default: '', secret: true }),
  'alertmanager.least-severity': leastSeverity('Alertmanager'),
  'webhook.url': text('Address that alerts are posted to as JSON', {
    default: '',
    pattern: /^https?:\/\/\S+$/,
    allowed: 'an address such as https://example.org/hook',
    secretPath: true,
  }),
  'webhook.token': text('Bearer token for it', { default: '', secret: true }),
  'webhook.least-severity': leastSeverity('the webhook'),
} as const;

export type AlertingConfig = Config<typeof alertingSettings>;
