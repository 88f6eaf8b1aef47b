import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { expect, test } from 'vitest';
import type { Observed, ObservedSet } from '../../observatory/result.ts';
import { missingBoots, readSet, readSets, writeSet } from '../../observatory/store.ts';

const run = (cpus: number): Observed => ({
  at: '2026-11-28T23:00:00.000Z',
  seconds: 300,
  cpus,
  works: [
    {
      work: 'cpuid',
      layer: 1,
      state: 'counted',
      us: 900,
      counts: [{ 'kvm.exits': 1000 }, {}],
      repetitions: [[1000], [1001]],
      agrees: true,
    },
    {
      work: 'timer',
      layer: 1,
      state: 'hung',
      why: 'guest1 said nothing for 240 s',
      counts: [],
      repetitions: [],
    },
  ],
  lacking: {},
  stacks: {},
});
const set = (name: string, ...cpus: number[]): ObservedSet => ({
  format: 1,
  name,
  layers: [{ release: '6.1.0-50-cloud-amd64', qemu: '7.2' }],
  speed: 0.1,
  idleSeconds: 30,
  works: ['cpuid', 'timer'],
  runs: cpus.map(run),
});

test('what is written is read again, one line for each piece of work', () => {
  const folder = temporaryFolder('observatory');
  const file = join(folder, 'sub/6.1.json');
  writeSet(file, set('6.1', 1, 2));
  expect(readSet(file)).toEqual(set('6.1', 1, 2));
});

test('a folder gives its sets in the order of versions; what is no result is left out', () => {
  const folder = temporaryFolder('observatory');
  for (const name of ['6.12', '5.10', '6.1']) writeSet(join(folder, `${name}.json`), set(name, 1));
  writeFileSync(join(folder, 'broken.json'), '{"format":1,');
  writeFileSync(join(folder, 'other.json'), '{"format":2,"runs":[]}');
  expect(readSets(folder).map(({ name }) => name)).toEqual(['5.10', '6.1', '6.12']);
  expect(readSets(join(folder, 'none'))).toEqual([]);
});

test('after an interruption only what is missing is booted', () => {
  const all = { repeat: 2, ipi: true, usual: true };
  expect(missingBoots(undefined, all)).toEqual([{ cpus: 1 }, { cpus: 1 }, { cpus: 2 }, { cpus: 2 }]);
  expect(missingBoots(set('6.1', 1), all)).toEqual([{ cpus: 1 }, { cpus: 2 }, { cpus: 2 }]);
  expect(missingBoots(set('6.1', 1, 1, 2, 2), all)).toEqual([]);
  expect(missingBoots(set('6.1', 1), { repeat: 1, ipi: false, usual: true })).toEqual([]);
  expect(missingBoots(undefined, { repeat: 1, ipi: true, usual: false })).toEqual([{ cpus: 2 }]);
});
