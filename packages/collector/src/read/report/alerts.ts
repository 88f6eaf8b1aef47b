import { quoteText } from '../../influx/influxql.ts';
import type { Store } from '../../influx/store.ts';
import { type Severity, severityFrom } from '../severity.ts';

export interface ReportAlert {
  readonly firedUs: number;
  readonly resolvedUs?: number;
  readonly severity: Severity;
  readonly rule: string;
  readonly subject: string;
  readonly node: string;
  readonly name: string;
  readonly text: string;
  readonly silenced: boolean;
}

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
          severity: severityFrom(row['severity']) ?? 'info',
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
