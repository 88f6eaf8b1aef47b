import { openStore } from '@nestwatch/collector/influx/store';
import { influxConfig } from '@nestwatch/testkit/influx-config';
import type { Row } from '@nestwatch/testkit/lab';
import { describe, expect, test } from 'vitest';
import { waitUntil } from '../../deploy/local/wait.ts';
import { checkOverhead, type Observed } from './checks/overhead.ts';

/**
 * Looks at a cascade that runs already:
 *
 *   npm run lab                                                                          (in one terminal)
 *   NESTWATCH_LAB_INFLUX=http://127.0.0.1:8086 npx vitest run test/lab/running.long.test.ts   (in another)
 */
const url = process.env['NESTWATCH_LAB_INFLUX'] ?? '';

describe.skipIf(url === '')('a cascade that runs (NESTWATCH_LAB_INFLUX)', () => {
  const observed: Observed = {
    lab: process.env['NESTWATCH_LAB'] ?? 'cascade',
    async waitForRows(influxql, enough) {
      const store = await openStore(influxConfig({ INFLUX_URL: url }));
      let rows: Row[] = [];
      await waitUntil(
        async () => {
          const series = await store.query(influxql);
          rows = series.flatMap(({ tags, rows: found }) => found.map((row) => ({ ...tags, ...row })));
          return enough(rows);
        },
        { what: influxql, limitMs: 10 * 60_000 },
      );
      return rows;
    },
  };

  test('is a lab that reports from its guest0 on', async () => {
    const newest = `SELECT last("seq") FROM "nestwatch_report" WHERE "lab" = '${observed.lab}' GROUP BY "name"`;
    const rows = await observed.waitForRows(newest, (found) => found.length > 0);
    expect(rows.map((row) => row['name'])).toContain('guest0');
  });

  checkOverhead(() => observed);
});
