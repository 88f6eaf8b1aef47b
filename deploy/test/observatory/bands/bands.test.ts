import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { top } from '../../../local/top.ts';
import { bandsOf } from '../../../observatory/bands/bands.ts';
import { BANDS_FILE, bandsFile } from '../../../observatory/bands/bands-file.ts';
import type { ObservedSet, WorkResult } from '../../../observatory/result.ts';
import { readSets } from '../../../observatory/store.ts';
import { runOf, setOf } from '../observed.ts';

const sets = readSets(join(top, 'docs/evidence/observatory'));

test('what collectors compare with is what `npm run observe -- page` makes of the results', () => {
  expect(readFileSync(BANDS_FILE, 'utf8')).toBe(bandsFile(sets));
});

test('6.1 under 6.1 takes 6 exits for a CPUID and 7.5 for a timer, and 7.3 up to a half more', () => {
  const bandOf = (series: string) =>
    bandsOf(sets.filter(({ name }) => name === series || name === `${series} 3 layers`)).find(
      ({ layer }) => layer === 1,
    );
  expect(bandOf('6.1')).toMatchObject({ low: expect.closeTo(6, 0), high: expect.closeTo(7.5, 0) });
  expect(bandOf('7.3')?.high).toBeGreaterThan(8);
});

test('the lab emulates vGIF, and no virtual VMLOAD: what the bands hold for', () => {
  const reasons = sets.flatMap(({ runs }) =>
    runs.flatMap(({ works }) =>
      works.flatMap(({ work, layer, counts }) =>
        work === 'cpuid' && layer === 2
          ? [Object.keys(counts[0] ?? {}).filter((name) => name.startsWith('exit.'))]
          : [],
      ),
    ),
  );
  const told = reasons.filter((names) => names.length > 0);
  expect(told.length).toBeGreaterThan(0);
  for (const names of told) {
    expect(names).toContain('exit.vmload');
    expect(names.filter((name) => /exit\.(stgi|clgi)/.test(name))).toEqual([]);
  }
});

const work = (name: WorkResult['work'], agrees: boolean, ...repetitions: number[][]): WorkResult => ({
  ...{ work: name, layer: repetitions[0]?.length ?? 0, state: 'counted', us: 1, counts: [] },
  ...{ repetitions, agrees },
});
const mixed = (name: string, kernels: readonly string[], works: readonly WorkResult[]): ObservedSet => ({
  ...setOf(name, runOf(works)),
  layers: kernels.map((release) => ({ release, qemu: '10.0' })),
});

test('each pair of neighbours has a band, of all cascades in which it was counted', () => {
  const cpuid = (guest0: number, guest1: number) => work('cpuid', true, [guest0, guest1, 1000]);
  const bands = bandsOf([
    mixed('a', ['6.12.1', '6.1.0-50', '5.10.0', '6.1.0-50'], [cpuid(30_000, 5000)]),
    mixed('b', ['6.12.1', '6.1.0-50', '6.1.0-50', '6.1.0-50'], [cpuid(42_000, 6000)]),
  ]);
  expect(bands.map(({ layer, parent, kernel, low, high }) => [layer, kernel, parent, low, high])).toEqual([
    [1, '6.1', '6.12', 6, 7],
    [2, '5.10', '6.1', 5, 5],
    [2, '6.1', '6.1', 6, 6],
  ]);
});

test('of repetitions those count that agree, and all of what never does', () => {
  const three: number[][] = [
    [9000, 1000],
    [6000, 1000],
    [6060, 1000],
  ];
  const bandOf = (agrees: boolean) =>
    bandsOf([mixed('a', ['6.1', '6.1', '6.1'], [work('cpuid', agrees, ...three)])])[0];
  expect(bandOf(true)).toMatchObject({ low: 6, high: 6.06 });
  expect(bandOf(false)).toMatchObject({ low: 6, high: 9 });
});

test('idling makes no band, but says from how many exits on it holds; what costs hardly an exit is left out', () => {
  const idle: WorkResult = { ...work('idle', true, [6660, 296]), repetitions: [[6000 * 30, 300 * 30]] };
  const touch = work('touch', true, [586, 40]);
  const works = [work('cpuid', true, [6000, 1000]), idle, touch];
  const [band, ...others] = bandsOf([mixed('a', ['7.3', '7.3', '7.3'], works)]);
  expect(others).toEqual([]);
  // At rest it makes 6000 - 6 * 300 = 4200 exits in a second of its own; of 14,000 of its guests' that is a twentieth.
  expect(band).toMatchObject({ low: 6, high: 6, leastExitsPerSecond: 14_000 });
  expect(bandsOf([mixed('b', ['7.3', '7.3', '7.3'], [idle, touch])])).toEqual([]);
});
