import { expect, test } from 'vitest';
import { changesOf, changeText } from '../../src/analysis/environment/changes.ts';
import { machineName, settle } from '../../src/analysis/environment/settle.ts';
import { createTimelines } from '../../src/analysis/environment/timelines.ts';
import type { Environment } from '../../src/read/environment.ts';

const GIB = 2 ** 30;
const base: Environment = {
  kernel: '6.1.0-37-amd64',
  cpuModel: 'AMD EPYC 7763',
  cpus: 2,
  memoryBytes: 2 * GIB,
  clocksource: 'kvm-clock',
  parentHypervisor: 'QEMU Standard PC (Q35 + ICH9, 2009) pc-q35-7.2',
  nodeVersion: 'v18.20.4',
  mitigations: 'retpolines microcode:0x1',
};
const upgraded = { ...base, kernel: '6.12.117' };
const keys = (rows: readonly (Environment | undefined)[]) => settle(rows).map(({ key }) => key);
const DAY_US = 86_400_000_000;
const timed = (rows: readonly Environment[]) =>
  rows.map((environment, at) => ({ timeUs: at * DAY_US, environment }));

test('an upgrade is another environment of the same machine; another CPU is another machine', () => {
  const [one, two, three] = settle([base, upgraded, { ...base, cpus: 4 }]);
  expect(two?.key).not.toBe(one?.key);
  expect(two?.machine).toBe(one?.machine);
  expect(three?.machine).not.toBe(one?.machine);
  expect(machineName({ parentHypervisor: base.parentHypervisor })).toBe(
    'QEMU Standard PC (Q35 + ICH9, 2009) pc-q35',
  );
});

test('what is missing changes nothing, at the beginning or later, as a whole or in part', () => {
  expect(
    new Set(keys([undefined, base, undefined, { ...base, kernel: '', memoryBytes: 0 }, base])).size,
  ).toBe(1);
  expect(new Set(keys([undefined, undefined])).size).toBe(1);
  expect(keys([base, upgraded, undefined])[2]).toBe(keys([base, upgraded])[1]);
});

test('memory counts in steps, wherever it stands, and a return is a return', () => {
  const sizes = [2, 1.9, 2.2, 1.7, 2.3, 2];
  expect(new Set(keys(sizes.map((size) => ({ ...base, memoryBytes: size * GIB })))).size).toBe(1);
  const [before, moved, back] = keys([
    base,
    { ...base, memoryBytes: 4 * GIB },
    { ...base, memoryBytes: 2.1 * GIB },
  ]);
  expect(moved).not.toBe(before);
  expect(back).toBe(before);
});

test('changes are told in the order of time, with what was before', () => {
  const rows = timed([base, base, upgraded, { ...upgraded, memoryBytes: 4 * GIB }]);
  const changes = changesOf([...rows].reverse());
  expect(changes.map(changeText)).toEqual([
    'kernel 6.1.0-37-amd64 → 6.12.117 (1970-01-03)',
    'memory 2.00 GiB → 4.00 GiB (1970-01-04)',
  ]);
  expect(changes[0]).toMatchObject({ beforeUs: DAY_US, timeUs: 2 * DAY_US });
});

test('a kernel that keeps a little more memory for itself is a change of the kernel alone', () => {
  const rows = timed([base, { ...upgraded, memoryBytes: 1.99 * GIB }]);
  expect(changesOf(rows).map(changeText)).toEqual(['kernel 6.1.0-37-amd64 → 6.12.117 (1970-01-02)']);
});

test('mitigations and microcode are a change of the same machine, told by what came and went', () => {
  const dearer = { ...base, mitigations: 'retpolines vmscape-ibpb microcode:0x2' };
  const [before, after] = settle([base, dearer]);
  expect(after?.machine).toBe(before?.machine);
  expect(after?.key).not.toBe(before?.key);
  const [change] = changesOf(timed([base, dearer]));
  expect(change?.phrases).toEqual(['mitigations -microcode:0x1 +vmscape-ibpb +microcode:0x2']);
});

test('an agent that begins to tell of mitigations changed nothing', () => {
  expect(changesOf(timed([{ ...base, mitigations: '' }, base]))).toEqual([]);
});

test('two agents of one node are told as going back and forth', () => {
  expect(changesOf(timed([base, upgraded, base, upgraded]))).toHaveLength(3);
});

test('a timeline takes late results, and forgets old ones', () => {
  const timelines = createTimelines();
  const [first, second, third] = timed([base, base, upgraded]);
  for (const row of [third, first]) timelines.add({ node: 'guest1', timeUs: 0, ...row });
  expect(timelines.changes('guest1')[0]).toMatchObject({ beforeUs: 0 });
  timelines.add({ node: 'guest1', timeUs: 0, ...second });
  expect(timelines.changes('guest1')[0]).toMatchObject({ beforeUs: DAY_US });
  timelines.forget(2 * DAY_US);
  expect(timelines.changes('guest1')).toEqual([]);
  expect(timelines.changes('guest2')).toEqual([]);
});
