import { expect, test } from 'vitest';
import { type Cascade, LAB } from '../cascade.ts';

/** Each layer multiplies the exits of the one below, by more than the noise of a busy machine. */
export function checkExitLatency(cascade: () => Cascade): void {
  test('a CPUID exit takes longer from layer to layer', async () => {
    const { names, waitForRows } = cascade();
    // Layers that were restored measure when they have come up, one after the other.
    const rows = await waitForRows(
      `SELECT last("seconds_per_unit") AS "value" FROM "nestwatch_benchmark" WHERE "lab" = '${LAB}' AND "benchmark" = 'exit.cpuid' GROUP BY "name"`,
      (found) => found.length >= names.length,
    );
    const byDepth = names.map((name) => Number(rows.find((row) => row['name'] === name)?.['value']));
    expect(byDepth.every((each) => each > 0)).toBe(true);
    for (const [at, inner] of byDepth.slice(1).entries()) expect(inner).toBeGreaterThan(byDepth[at] ?? 0);
  });
}
