import type { NodeEvidence } from '@nestwatch/collector/analysis/explain/evidence';
import { explain } from '@nestwatch/collector/analysis/explain/explain';
import { throttledText } from '@nestwatch/collector/analysis/who-limits';
import { readQuantities } from '@nestwatch/collector/read/quantities';
import type { Row } from '@nestwatch/testkit/lab';
import { expect, test } from 'vitest';
import { type Cascade, LAB } from '../cascade.ts';

/** A minute or two, so only where the number of layers was asked for, as the list of long tests does. */
const WANTED = process.env['NESTWATCH_TEST_LAYERS'] !== undefined;

/** What a parent takes from its guest, the parent itself tells: the quota and the swap of the lab, by their figures. */
export function checkLimits(cascade: () => Cascade): void {
  test.skipIf(!WANTED)(
    'a quota is explained with the figure of its control group, and swap of a guest is found as cause, at the parent',
    async () => {
      const { names, order, waitForRows, store } = cascade();
      const [parent = '', slowed = ''] = names.slice(-2);
      const ids = await idsByName(cascade());
      const sinceUs = Date.now() * 1000;
      for (const kind of ['quota', 'swap']) {
        expect(await order('slow', `${slowed}=${kind}`)).toMatchObject({ code: 0 });
      }

      const limits = await waitForRows(newest('nestwatch_guest_limits', parent), (rows) =>
        rows.some(throttled),
      );
      expect(throttledText({ name: parent }, slowed, cpuIn(limits.find(throttled) ?? {}))).toMatch(
        new RegExp(
          `^${parent}'s cgroup /${slowed} limits ${slowed} to 0\\.4 CPU; throttled \\d+(\\.\\d)? % of the time$`,
        ),
      );

      await waitForRows(
        newest('nestwatch_guest_memory', parent),
        (rows) => swappedIn(rows[0]) > 16 * 2 ** 20,
      );
      const found = await readQuantities(store, LAB, sinceUs, Date.now() * 1000);
      const evidence = (name: string): NodeEvidence => {
        const node = ids.get(name) ?? '';
        return { node, name, layer: names.indexOf(name), before: {}, since: found.get(node) ?? {} };
      };
      const causes = explain({ slow: evidence(slowed), above: [evidence(parent)], others: [], factor: 2 });
      expect(causes.map(({ text }) => text)).toContainEqual(
        expect.stringMatching(
          new RegExp(`^${parent} \\(layer \\d\\) has swapped out \\d+(\\.\\d+)? MiB of ${slowed}\\b`),
        ),
      );

      expect(await order('heal', slowed)).toMatchObject({ code: 0 });
      await waitForRows(newest('nestwatch_guest_memory', parent), (rows) => swappedIn(rows[0]) === 0);
    },
    20 * 60_000,
  );
}

const newest = (measurement: string, name: string) =>
  `SELECT * FROM "${measurement}" WHERE "lab" = '${LAB}' AND "name" = '${name}' ORDER BY time DESC LIMIT 5`;

const throttled = (row: Row) => Number(row['throttled_ratio']) > 0;
const swappedIn = (row: Row | undefined) => Number(row?.['swapped_bytes'] ?? Number.NaN);

const cpuIn = (row: Row) => ({
  limitCpus: Number(row['limit_cpus']),
  limitGroup: String(row['limit_group']),
  throttledRatio: Number(row['throttled_ratio']),
});

async function idsByName({ names, waitForRows }: Cascade): Promise<ReadonlyMap<string, string>> {
  const rows = await waitForRows(
    `SELECT last("seq") AS "seq" FROM "nestwatch_report" WHERE "lab" = '${LAB}' GROUP BY "name", "node"`,
    (found) => found.length >= names.length,
  );
  return new Map(rows.map(({ name, node }) => [String(name), String(node)]));
}
