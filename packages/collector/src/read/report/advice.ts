import { quoteText } from '../../influx/influxql.ts';
import type { Store } from '../../influx/store.ts';

export interface ReportAdvice {
  readonly node: string;
  readonly name: string;
  readonly level: 'warning' | 'failure' | 'information';
  readonly summary: string;
  readonly advice: string;
}

const LEVELS: Readonly<Record<number, ReportAdvice['level']>> = { 3: 'warning', 4: 'failure' };

/** What the rules about capability warn of now, with what to do. */
export async function readAdvice(
  store: Pick<Store, 'query'>,
  lab: string,
  fromUs: number,
): Promise<Omit<ReportAdvice, 'name'>[]> {
  const series = await store.query(
    `SELECT "level", "summary", "advice" FROM "nestwatch_verdict" WHERE "lab" = ${quoteText(lab)} AND time >= ${Math.floor(fromUs)}u GROUP BY "node","rule" ORDER BY time DESC LIMIT 1`,
  );
  return series
    .flatMap(({ tags, rows }) => {
      const level = LEVELS[Number(rows[0]?.['level'])];
      if (level === undefined) return [];
      const text = (name: string) => String(rows[0]?.[name] ?? '');
      return [{ node: tags['node'] ?? '', level, summary: text('summary'), advice: text('advice') }];
    })
    .sort((a, b) => a.level.localeCompare(b.level) || a.node.localeCompare(b.node));
}
