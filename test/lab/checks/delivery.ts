import { expect, test } from 'vitest';
import { type Cascade, LAB } from '../cascade.ts';

/** Stands last: it looks at everything that was sent. */
export function checkDelivery(cascade: () => Cascade): void {
  test('nothing was lost: the sequence numbers of every layer have no holes', async () => {
    const { names, waitForRows } = cascade();
    for (const name of names) {
      const rows = await waitForRows(
        `SELECT "seq" FROM "nestwatch_report" WHERE "lab" = '${LAB}' AND "name" = '${name}'`,
        (found) => isWhole(found.map((row) => Number(row['seq']))),
      );
      expect(rows.length).toBeGreaterThan(2);
    }
  });
}

function isWhole(seqs: readonly number[]): boolean {
  return seqs.length > 0 && new Set(seqs).size === Math.max(...seqs);
}
