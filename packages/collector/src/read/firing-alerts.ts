import type { Store } from '../influx/store.ts';

/** An alert that fires, as the lab table shows it. */
export interface AlertRow {
  lab: string;
  /** 1 information, 2 warning, 3 critical. */
  severity: number;
  title: string;
  cause: string;
}

/** Alerts that fire now: they are written again every minute. The gravest first. */
export async function readFiring(store: Pick<Store, 'query'>, lab?: string): Promise<AlertRow[]> {
  const series = await store.query(
    'SELECT "state", "severity", "title", "cause" FROM "nestwatch_alert" WHERE time > now() - 3m GROUP BY "lab","node","rule","subject" ORDER BY time DESC LIMIT 1',
  );
  return series
    .flatMap(({ tags, rows: [row] }) =>
      row?.['state'] !== 2 || (lab !== undefined && tags['lab'] !== lab)
        ? []
        : [
            {
              lab: tags['lab'] ?? '',
              severity: Number(row['severity']),
              title: String(row['title'] ?? ''),
              cause: String(row['cause'] ?? ''),
            },
          ],
    )
    .sort((a, b) => b.severity - a.severity || a.title.localeCompare(b.title));
}
