import { expect, test } from 'vitest';
import { type Cascade, LAB } from '../cascade.ts';

/** No agent is told its layer: the parents report the QEMU processes they run, the collector joins. */
export function checkPlaces(cascade: () => Cascade): void {
  test('every layer reports the layer and the parent that the collector found for it', async () => {
    const { names, waitForRows } = cascade();
    const query =
      `SELECT last("seq") AS "seq" FROM "nestwatch_report" WHERE "lab" = '${LAB}' ` +
      `GROUP BY "node","name","layer","parent"`;
    const rows = await waitForRows(query, (found) => placed(found).length === names.length);
    const nodes = new Map(rows.map((row) => [row['name'], row['node']]));
    for (const [depth, name] of names.entries()) {
      const own = placed(rows).filter((row) => row['name'] === name);
      expect(own).toHaveLength(1);
      expect(own[0]).toMatchObject({
        layer: String(depth),
        parent: depth === 0 ? 'none' : nodes.get(names[depth - 1] ?? ''),
      });
    }
  });
}

type Rows = Awaited<ReturnType<Cascade['query']>>;

/** What was reported before a place was known stays as it is. */
function placed(rows: Rows): Rows {
  return rows.filter((row) => /^\d+$/.test(String(row['layer'])));
}
