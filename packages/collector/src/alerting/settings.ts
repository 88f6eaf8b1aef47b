import type { Config } from '@nestwatch/common/config/load';
import { choice, durationMs, flag, list, structure, text } from '@nestwatch/common/config/setting';
import { SEVERITIES } from '../read/severity.ts';
import type { MaintenanceWindow } from './alerts/maintenance.ts';
import { parseMaintenance } from './alerts/parse-maintenance.ts';
import { authorityFile } from './authority.ts';
import { parseOverrides } from './rules/parse-overrides.ts';
import type { Override } from './rules/policy.ts';
import { checkTargets, holdSecrets, parseTargets } from './targets/parse-targets.ts';
import type { Target } from './targets/target.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;

const leastSeverity = (whom: string) =>
  choice(`Lowest severity of alerts sent to ${whom}`, { choices: SEVERITIES, default: 'warning' });

/** Settings of what watches the labs and of whom it notifies. */
export const alertingSettings = {
  'watch.enabled': flag('Watch for slowdowns and raise alerts; one collector does so at a time', {
    default: true,
  }),
  'watch.interval': durationMs('Time between two evaluations of the labs', {
    default: 10_000,
    minMs: 500,
    maxMs: 10 * MINUTE_MS,
  }),
  'watch.history': durationMs(
    'How far back benchmark results are compared; at most as long as retention.raw',
    { default: 30 * DAY_MS, minMs: DAY_MS, maxMs: 730 * DAY_MS },
  ),
  'watch.probe-window': durationMs('Length of the windows into which probes are aggregated for comparison', {
    default: 10 * MINUTE_MS,
    minMs: 10_000,
    maxMs: DAY_MS,
  }),
  'watch.rules': structure<readonly Override[]>('Settings of alert rules, see docs/use/alerts.md', {
    default: [],
    type: 'list of rules and their settings',
    parse: parseOverrides,
  }),
  'watch.maintenance': structure<readonly MaintenanceWindow[]>(
    'Times of the week without notifications, see docs/use/alerts.md',
    { default: [], type: 'list of windows', parse: parseMaintenance },
  ),
  'alertmanager.url': list('Addresses of Prometheus Alertmanager; list all members of a cluster', {
    default: [],
  }),
  'alertmanager.token': text('Bearer token for them', { default: '', secret: true }),
  'alertmanager.username': text('User for them, instead of a token', { default: '' }),
  'alertmanager.password': text('Password of that user', { default: '', secret: true }),
  'alertmanager.ca': authorityFile('Alertmanager'),
  'alertmanager.least-severity': leastSeverity('Alertmanager'),
  'webhook.url': text('Address to which alerts are posted as JSON', {
    default: '',
    pattern: /^https?:\/\/\S+$/,
    allowed: 'an address such as https://example.org/hook',
    secretPath: true,
  }),
  'webhook.token': text('Bearer token for it', { default: '', secret: true }),
  'webhook.username': text('User for it, instead of a token', { default: '' }),
  'webhook.password': text('Password of that user', { default: '', secret: true }),
  'webhook.ca': authorityFile('the webhook'),
  'webhook.least-severity': leastSeverity('the webhook'),
  notify: structure<readonly Target[]>('Mail, chats and other targets of alerts, see docs/use/alerts.md', {
    default: [],
    type: 'list of targets',
    parse: parseTargets,
    check: async (targets) => checkTargets(targets),
    holdsSecret: holdSecrets,
  }),
  'page.url': text('Address at which people reach the lab page, for links in notifications', {
    default: '',
    pattern: /^https?:\/\/[^\s@?#"<>|]+$/,
    allowed: 'an address such as https://nestwatch.example.org',
  }),
} as const;

export type AlertingConfig = Config<typeof alertingSettings>;
