import type { Series } from '../influx/query-answer.ts';

/** Of an answer of InfluxDB, what is of labs that are wanted, and what is of no lab. */
export function keepLabs(series: readonly Series[], wanted: (lab: string) => boolean): Series[] {
  return series.flatMap((each) => {
    const { lab } = each.tags;
    if (lab !== undefined) return wanted(lab) ? [each] : [];
    if (each.rows.every((row) => typeof row['lab'] !== 'string')) return [each];
    const rows = each.rows.filter((row) => typeof row['lab'] !== 'string' || wanted(row['lab']));
    return rows.length === 0 ? [] : [{ ...each, rows }];
  });
}
