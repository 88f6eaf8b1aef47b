import { type Paint, paintFor } from '@nestwatch/common/cli/colour';
import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { renderTable } from '@nestwatch/common/cli/table';
import { formatDuration } from '@nestwatch/common/quantities';
import type { Alert } from '../alerting/alerts/alert.ts';
import { type AlertRecord, alertOf, alertRecord } from '../alerting/alerts/alert-store.ts';
import { SEVERITIES } from '../read/severity.ts';
import { SEVERITY_STYLES } from './render-lab.ts';
import type { UserSchema } from './settings.ts';
import { readLists } from './shards/plan.ts';

/** `nestwatch alerts [LAB]`: what fires now. Exit 1 when a warning or worse does: fit for a monitoring check. */
export async function showAlerts(context: CommandContext<UserSchema>): Promise<number> {
  const { words, options, stdout, stderr, env } = context;
  const lab = words[0];
  const records = await readLists<AlertRecord>(context, 'alerts', lab, 'nats');
  const alerts = records.map(alertOf);
  const current = alerts.filter((alert) => alert.state !== 'resolved').sort(byGravity);
  if (options['json']) stdout.write(`${JSON.stringify(current.map(alertRecord), null, 2)}\n`);
  else if (current.length > 0) stdout.write(renderAlerts(current, Date.now() * 1000, paintFor(stdout, env)));
  else stderr.write('no alerts\n');
  return current.some((alert) => alert.state === 'firing' && alert.severity !== 'info')
    ? EXIT.failed
    : EXIT.ok;
}

/** One line for each alert, and its likely causes below. */
function renderAlerts(alerts: readonly Alert[], nowUs: number, paint: Paint): string {
  const table = renderTable(
    [
      { title: 'STATE', value: (alert) => (alert.silencedBy === undefined ? alert.state : 'silenced') },
      {
        title: 'SEVERITY',
        value: (alert) => paint(SEVERITY_STYLES[alert.severity], alert.severity),
        painted: true,
      },
      { title: 'LAB', value: (alert) => alert.lab },
      { title: 'NODE', value: (alert) => alert.name || '-' },
      { title: 'RULE', value: (alert) => [alert.rule, alert.subject].filter(Boolean).join(' ') },
      { title: 'FOR', value: (alert) => formatDuration((nowUs - alert.sinceUs) / 1e6), align: 'right' },
    ],
    alerts,
  );
  const stories = alerts.map(
    ({ summary, causes }) => `${summary}\n${causes.map((cause, at) => `  ${at + 1}. ${cause}\n`).join('')}`,
  );
  return `${table}\n${stories.join('')}`;
}

function byGravity(a: Alert, b: Alert): number {
  return SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity) || a.sinceUs - b.sinceUs;
}
