import type { NodeEvidence } from '@nestwatch/collector/analysis/explain/evidence';
import { explain } from '@nestwatch/collector/analysis/explain/explain';
import { throttledText } from '@nestwatch/collector/analysis/who-limits';
import { readQuantities } from '@nestwatch/collector/read/quantities';
import { expect, test } from 'vitest';
import { type Cascade, LAB } from '../cascade.ts';

/** What a parent takes from its guest, the parent itself tells: the quota and the swap of the lab, by their figures. */
export function checkLimits(cascade: () => Cascade): void {
  test(
    'a quota is explained with the figure of the control group that sets it',
    async () => {
      const { names, order, waitForRows } = cascade();
      const [parent = '', slowed = ''] = names.slice(-2);
      expect(await order('slow', `${slowed}=quota`)).toMatchObject({ code: 0 });
      const limited = await waitForRows(newest('nestwatch_guest_limits', parent), (rows) =>
        rows.some((row) => Number(row['throttled_ratio']) > 0),
      );
      const row = limited.find((each) => Number(each['throttled_ratio']) > 0) ?? {};
      const cpu = {
        limitCpus: Number(row['limit_cpus']),
        limitGroup: String(row['limit_group']),
        throttledRatio: Number(row['throttled_ratio']),
      };
      expect(throttledText({ name: parent }, String(row['guest']), cpu)).toMatch(
        new RegExp(
          `^${parent}'s cgroup /child lets ${slowed} have 0\\.4 CPU; throttled \\d+(\\.\\d)? % of the time$`,
        ),
      );
      expect(await order('heal', slowed)).toMatchObject({ code: 0 });
      await waitForRows(newest('nestwatch_guest_limits', parent), (rows) => rows[0]?.['limit_cpus'] === null);
    },
    20 * 60_000,
  );

  test(
    "swap of a guest's QEMU is found at its parent, while the guest itself has memory free",
    async () => {
      const { names, order, waitForRows, store } = cascade();
      const [parent = '', slowed = ''] = names.slice(-2);
      const rows = await waitForRows(
        `SELECT last("seq") AS "seq" FROM "nestwatch_report" WHERE "lab" = '${LAB}' GROUP BY "name", "node"`,
        (found) => found.length >= names.length,
      );
      const ids = new Map(rows.map(({ name, node }) => [String(name), String(node)]));
      const sinceUs = Date.now() * 1000;
      expect(await order('slow', `${slowed}=swap`)).toMatchObject({ code: 0 });
      const isSwapped = ({ swapped_bytes: bytes }: { swapped_bytes?: unknown }) =>
        Number(bytes) > 16 * 2 ** 20;
      await waitForRows(
        newest('nestwatch_guest_memory', parent),
        ([row]) => row !== undefined && isSwapped(row),
      );
      const found = await readQuantities(store, LAB, sinceUs, Date.now() * 1000);
      const [above, slow] = [parent, slowed].map((name): NodeEvidence => {
        const node = names.indexOf(name);
        return { node: name, name, layer: node, before: {}, since: found.get(ids.get(name) ?? '') ?? {} };
      });
      if (above === undefined || slow === undefined) throw new Error('two layers at least');
      const causes = explain({ slow, above: [above], others: [], factor: 2 }).map(({ text }) => text);
      expect(causes).toContainEqual(
        expect.stringMatching(
          new RegExp(`^${parent} \\(layer \\d\\) has swapped out \\d+(\\.\\d+)? MiB of ${slowed}`),
        ),
      );
      expect(await order('heal', slowed)).toMatchObject({ code: 0 });
      await waitForRows(
        newest('nestwatch_guest_memory', parent),
        ([row]) => row !== undefined && !isSwapped(row),
      );
    },
    20 * 60_000,
  );
}

const newest = (measurement: string, name: string) =>
  `SELECT * FROM "${measurement}" WHERE "lab" = '${LAB}' AND "name" = '${name}' ORDER BY time DESC LIMIT 5`;
