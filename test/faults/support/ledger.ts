import { readFileSync } from 'node:fs';
import type { Store } from '@nestwatch/collector/influx/store';

/** What became of the numbers that one node's agents put into their outboxes. */
export interface Balance {
  assigned: number;
  inInflux: number;
  missing: string[];
  /** Numbers that stand at more than one point. */
  repeated: string[];
}

/** "boot seq" of everything a load agent put into its outbox, over all its lives. */
export function readJournal(file: string): Set<string> {
  try {
    return new Set(
      readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => /^\S+ \d+$/.test(line)),
    );
  } catch {
    return new Set();
  }
}

/** Compares a journal with the points in InfluxDB, one of which stands for each message that was taken in. */
export async function balance(store: Store, node: string, journal: Set<string>): Promise<Balance> {
  const series = await store.query(`SELECT "seq", "boot" FROM "nestwatch_report" WHERE "node" = '${node}'`);
  const found = new Map<string, number>();
  for (const { rows } of series) {
    for (const row of rows) {
      const key = `${row['boot']} ${row['seq']}`;
      found.set(key, (found.get(key) ?? 0) + 1);
    }
  }
  return {
    assigned: journal.size,
    inInflux: found.size,
    missing: [...journal].filter((key) => !found.has(key)),
    repeated: [...found].filter(([, count]) => count > 1).map(([key]) => key),
  };
}
