import { column } from '../src/catalogue.ts';
import type { AlertRule } from './alert-rule.ts';

const DAY = 86_400;
/** A field's name: a rule on a field that nobody writes would never fire. */
const checked = (measurement: string, field: string) => column(measurement, field).field.name;
const capability = checked('nestwatch_capability', 'can_host');
const by = (...tags: string[]) =>
  `GROUP BY ${['lab', 'node', 'name', ...tags].map((tag) => `"${tag}"`).join(', ')}`;

/** What the collector found, of one severity; those for information or silenced are left out. */
function found(uid: string, severity: 'warning' | 'critical', graver: string): AlertRule {
  return {
    uid,
    title: `nestwatch found something (${severity})`,
    summary:
      '{{ $labels.rule }} {{ $labels.subject }} on {{ $labels.name }} of lab {{ $labels.lab }}: see the lab dashboard for details and likely causes.',
    severity,
    panel: 'Lab / Alerts',
    // Alerts that fire are written again every minute.
    query: `SELECT last("${checked('nestwatch_alert', 'state')}") FROM "nestwatch_alert" WHERE "${checked('nestwatch_alert', 'severity')}" ${graver} AND "${checked('nestwatch_alert', 'silenced')}" = 0 AND $timeFilter ${by('rule', 'subject')}`,
    spanSeconds: 180,
    when: { is: 'above', threshold: 1 },
  };
}

/**
 * For people who alert from Grafana alone. The first two pass on what the collector found, with its causes; the
 * others need only what ingest writes, so they speak up also when no collector watches.
 */
export const alertRules: readonly AlertRule[] = [
  found('nestwatch-alert', 'warning', '= 2'),
  found('nestwatch-alert-critical', 'critical', '>= 3'),
  {
    uid: 'nestwatch-slowdown',
    title: 'Slower than usual against its parent',
    summary:
      '{{ $labels.benchmark }} {{ $labels.variant }} on {{ $labels.name }} takes {{ $values.B }} times as long as usual, compared with its parent.',
    panel: 'Benchmarks / Slowdown to the parent',
    severity: 'warning',
    query: `SELECT last("${checked('nestwatch_slowdown', 'slowdown_ratio')}") FROM "nestwatch_slowdown" WHERE "against" = 'parent' AND "${checked('nestwatch_slowdown', 'state')}" = 2 AND "benchmark" !~ /^probe\\./ AND $timeFilter ${by('benchmark', 'variant')}`,
    spanSeconds: 2 * 3600,
    when: { is: 'above', threshold: 1.2 },
  },
  {
    uid: 'nestwatch-silent',
    title: 'Node silent',
    summary: '{{ $labels.name }} of lab {{ $labels.lab }} has not reported for some minutes.',
    panel: 'Lab / Alive',
    severity: 'warning',
    // The mean of the last two windows, so that one that has just begun does not count alone.
    query: `SELECT moving_average(count("${checked('nestwatch_report', 'seq')}"), 2) FROM "nestwatch_report" WHERE $timeFilter GROUP BY time(3m), "lab", "node", "name" fill(0)`,
    spanSeconds: DAY / 4,
    when: { is: 'below', threshold: 0.25 },
    for: '2m',
  },
  {
    uid: 'nestwatch-steal',
    title: 'Much CPU time stolen',
    summary:
      '{{ $labels.name }} of lab {{ $labels.lab }} waits for its parent: compare the steal of all layers.',
    panel: 'Overhead / Most steal',
    severity: 'warning',
    query: `SELECT mean("${checked('nestwatch_cpu_time', 'steal_ratio')}") FROM "nestwatch_cpu_time" WHERE $timeFilter ${by()}`,
    spanSeconds: 600,
    when: { is: 'above', threshold: 0.1 },
    for: '5m',
  },
  {
    uid: 'nestwatch-capability',
    title: 'Can no longer host guests',
    summary:
      '{{ $labels.name }} of lab {{ $labels.lab }} could run guests with KVM within the last week, but cannot now.',
    panel: 'Lab / Layers',
    severity: 'critical',
    query: `SELECT last("${capability}") - max("${capability}") FROM "nestwatch_capability" WHERE $timeFilter ${by()}`,
    spanSeconds: 7 * DAY,
    when: { is: 'below', threshold: -0.5 },
  },
  {
    uid: 'nestwatch-lost',
    title: 'Reports lost',
    summary: 'Messages of {{ $labels.name }} of lab {{ $labels.lab }} are lost for good.',
    panel: 'Pipeline / Gaps',
    severity: 'critical',
    query: `SELECT last("${checked('nestwatch_delivery', 'lost')}") - first("${checked('nestwatch_delivery', 'lost')}") FROM "nestwatch_delivery" WHERE $timeFilter ${by('run')}`,
    spanSeconds: 3600,
    when: { is: 'above', threshold: 0 },
  },
];
