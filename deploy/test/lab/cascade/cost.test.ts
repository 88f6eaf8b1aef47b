import { UsageError } from '@nestwatch/common/errors';
import { expect, test } from 'vitest';
import { bootSeconds, costText, memoryBytes, refuseShortMemory } from '../../../lab/cascade/cost.ts';
import { chain } from '../../../lab/cascade/tree.ts';

const MIB = 1024 * 1024;
const meminfo = (availableBytes: number) =>
  `MemTotal:       24683824 kB\nMemAvailable:   ${availableBytes / 1024} kB\nBuffers: 1 kB\n`;

test('what a lab takes is said beforehand', () => {
  expect(costText([1, 2, 2], 'tcg')).toMatch(
    /^7 machines in 3 layers \(1, 2, 4\): up to 4\.\d+ GiB of memory and 1\.\d+ GiB of disk, about \d min to boot on an idle machine$/,
  );
  expect(costText([1, 2], 'kvm')).toMatch(/^3 machines in 2 layers \(1, 2\): .* of disk$/);
});

test('each guest takes memory and time', () => {
  for (const [less, more] of [
    [chain(3), [1, 1, 2]],
    [
      [1, 1, 2],
      [1, 2, 2],
    ],
    [
      [1, 2, 2],
      [1, 2, 2, 2],
    ],
  ] as const) {
    expect(memoryBytes(more)).toBeGreaterThan(memoryBytes(less));
    expect(bootSeconds(more)).toBeGreaterThan(bootSeconds(less));
  }
});

test('a machine with too little memory is refused with what is needed and what it has', () => {
  const tree = [1, 2, 2];
  const needed = memoryBytes(tree);
  expect(() => refuseShortMemory(tree, 'a lab', meminfo(needed))).not.toThrow();
  expect(() => refuseShortMemory(tree, 'a lab', '')).not.toThrow();
  const short = () => refuseShortMemory(tree, 'a lab', meminfo(512 * MIB));
  expect(short).toThrow(UsageError);
  expect(short).toThrow(
    /^a lab takes up to 4\.\d+ GiB of memory, and 512 MiB are available on this machine: give fewer guests/,
  );
});
