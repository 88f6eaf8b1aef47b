/** Two layers, observed briefly: the programs run in a real guest, and a real KVM counts. */
import { join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { describe, expect, test } from 'vitest';
import { exitsIn } from '../../deploy/observatory/counts.ts';
import { readSets } from '../../deploy/observatory/store.ts';
import { cacheDir, whyNoLab } from './cascade.ts';
import { runBuilt } from './lab-program.ts';

const reason = await whyNoLab();
const title = reason === undefined ? 'an observed lab' : `an observed lab (skipped: ${reason})`;
const LIMIT_MS = 20 * 60_000;

describe.skipIf(reason !== undefined)(title, () => {
  test(
    'a CPUID of guest1 is one exit at guest0, and what was observed is not observed again',
    async () => {
      const folder = temporaryFolder('observed');
      const observe = () =>
        runBuilt('nestwatch-observe', [
          ...['--kernel', '6.1', '--layers', '2', '--works', 'boot,cpuid,packet,touch', '--json'],
          // As the tests of the lab have it, so that no other image is built.
          ...['--qemu', 'bookworm', '--out', join(folder, 'out'), '--data-dir', join(folder, 'data')],
          ...['--cache-dir', cacheDir],
        ]);
      const first = observe();
      expect(await first.ended, first.stderr()).toBe(0);
      const [set, ...others] = readSets(join(folder, 'out'));
      expect(others).toEqual([]);
      expect(JSON.parse(first.stdout())).toEqual([set]);
      const works = set?.runs[0]?.works ?? [];
      expect(works.map(({ work, state }) => `${work} ${state}`)).toEqual([
        'boot counted',
        'cpuid counted',
        'touch counted',
        'packet counted',
      ]);
      const [boot, cpuid, touch, packet] = works;
      // Exact: each of a thousand CPUID leaves the guest, and nothing else executes one meanwhile.
      expect(cpuid?.counts[0]?.['exit.cpuid']).toBe(1000);
      expect(Math.abs(exitsIn(cpuid?.counts[0]) - 1000)).toBeLessThan(100);
      // 64 MiB are 16,384 pages; what starting a program takes is subtracted.
      expect(touch?.counts[1]?.['vm.pgfault']).toBeGreaterThan(16_000);
      expect(exitsIn(boot?.counts[0])).toBeGreaterThan(1000);
      expect(packet?.counts[0]?.['exit.npf']).toBeGreaterThan(500);
      const second = observe();
      expect(await second.ended, second.stderr()).toBe(0);
      expect(second.stderr()).toContain('observed already');
      expect(readSets(join(folder, 'out'))).toEqual([set]);
    },
    LIMIT_MS,
  );
});
