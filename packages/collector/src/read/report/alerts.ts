import { SEVERITIES } from '../../alerting/rules/rule.ts';
import { quoteText } from '../../influx/influxql.ts';
import type { Store } from '../../influx/store.ts';
import type { ReportAlert } from './report.ts';

/** Alerts that fired in the span, or still did, as nestwatch_alert has them; newest first. */
export async function readAlerts(
  store: Pick<Store, 'query'>,
  lab: string,
  { fromUs, toUs }: { fromUs: number; toUs: number },
): Promise<ReportAlert[]> {
  const series = await store.query(
    `SELECT "state", "severity", "text", "fired_us", "silenced" FROM "nestwatch_alert" WHERE "lab" = ${quoteText(lab)} AND time >= ${Math.floor(fromUs)}u AND time <= ${Math.ceil(toUs)}u GROUP BY "node","name","rule","subject"`,
  );
  const alerts = new Map<string, ReportAlert>();
  for (const { tags, rows } of series) {
    const { node = '', name = '', rule = '', subject = '' } = tags;
    for (const row of rows) {
      const firedUs = Number(row['fired_us'] ?? row['time']);
      const key = [node, rule, subject, firedUs].join('\0');
      const over = row['state'] === 0;
      const before = alerts.get(key);
      alerts.set(key, {
        ...{
          firedUs,
          node,
          name,
          rule,
          subject,
          severity: SEVERITIES[Number(row['severity']) - 1] ?? 'info',
        },
        // The text of the end is that of the last moment; the first one tells more.
        text: before?.text ?? String(row['text'] ?? ''),
        silenced: row['silenced'] === 1,
        ...(over ? { resolvedUs: Number(row['time']) } : {}),
      });
    }
  }
  return [...alerts.values()].sort((a, b) => b.firedUs - a.firedUs);
}
