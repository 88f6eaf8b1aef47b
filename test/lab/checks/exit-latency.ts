import { expect, test } from 'vitest';
import type { Cascade } from '../cascade.ts';
import { newestByName } from './capability.ts';

/** Each layer multiplies the exits of the one below, by more than the noise of a busy machine. */
export function checkExitLatency(cascade: () => Cascade): void {
  test('a CPUID exit takes longer from layer to layer', async () => {
    const seconds = await newestByName(
      cascade(),
      'nestwatch_benchmark',
      'seconds_per_unit',
      `AND "benchmark" = 'exit.cpuid'`,
    );
    const byDepth = cascade().names.map((name) => Number(seconds.get(name)));
    expect(byDepth.every((each) => each > 0)).toBe(true);
    for (const [at, inner] of byDepth.slice(1).entries()) expect(inner).toBeGreaterThan(byDepth[at] ?? 0);
  });
}
