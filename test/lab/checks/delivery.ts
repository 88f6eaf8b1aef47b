import type { Row } from '@nestwatch/testkit/lab';
import { expect, test } from 'vitest';
import { type Cascade, LAB } from '../cascade.ts';

/** Stands last: it looks at everything that was sent. */
export function checkDelivery(cascade: () => Cascade): void {
  test('nothing was lost: the sequence numbers of every layer have no holes', async () => {
    const { names, startedUs, waitForRows } = cascade();
    for (const name of names) {
      const rows = await waitForRows(
        `SELECT "seq", "boot" FROM "nestwatch_report" WHERE "lab" = '${LAB}' AND "name" = '${name}' AND time > ${startedUs}u`,
        (found) => found.length > 0 && runsIn(found).every(isWhole),
      );
      expect(rows.length).toBeGreaterThan(2);
    }
  });
}

/**
 * Sequence numbers of each run of an agent: a layer whose state is saved has a run before and one after. What the outbox of a
 * restored layer still held is older than the cascade.
 */
function runsIn(rows: readonly Row[]): number[][] {
  const runs = new Map<unknown, number[]>();
  for (const { boot, seq } of rows) runs.set(boot, [...(runs.get(boot) ?? []), Number(seq)]);
  return [...runs.values()];
}

const isWhole = (seqs: readonly number[]) => new Set(seqs).size === Math.max(...seqs);
