import { expect, test } from 'vitest';
import { type Cascade, LAB } from '../cascade.ts';

/** The lab's second lasts ten of ours or more, and its clock falls behind by nine of ten. */
export function checkClocks(cascade: () => Cascade): void {
  test('points stand on our time line, in the order in which they were made', async () => {
    const { names, query, startedUs } = cascade();
    for (const name of names) {
      const rows = await query(
        `SELECT "seq", "boot" FROM "nestwatch_report" WHERE "lab" = '${LAB}' AND "name" = '${name}'`,
      );
      const newest = rows.at(-1)?.['boot'];
      const points = rows
        .filter(({ boot }) => boot === newest)
        .map((row) => ({ timeUs: Number(row['time']), seq: Number(row['seq']) }))
        .sort((a, b) => a.seq - b.seq);
      expect(points.length).toBeGreaterThan(2);
      for (const [at, point] of points.entries()) {
        expect(point.timeUs).toBeGreaterThanOrEqual(Math.max(startedUs, points[at - 1]?.timeUs ?? 0));
        expect(point.timeUs).toBeLessThanOrEqual(Date.now() * 1000);
      }
    }
  });

  test('the rate and the skew of every slow clock are reported, and points say that they stand at lab time', async () => {
    const { names, waitForRows } = cascade();
    const rows = await waitForRows(
      `SELECT last("clock_rate") AS "rate", "skew_seconds", "placed_by_lab_time" FROM "nestwatch_report" ` +
        `WHERE "lab" = '${LAB}' GROUP BY "name"`,
      (found) => found.length === names.length && found.every((row) => Number(row['skew_seconds']) < -2),
    );
    for (const row of rows) {
      expect(row['rate']).toBeGreaterThan(5);
      expect(row['placed_by_lab_time']).toBe(1);
    }
    const rates = rows.map((row) => Number(row['rate']));
    expect(Math.max(...rates) / Math.min(...rates)).toBeLessThan(1.2);
  });
}
