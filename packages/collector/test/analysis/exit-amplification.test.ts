import { defined } from '@nestwatch/common/defined';
import { expect, test } from 'vitest';
import type { Band } from '../../src/analysis/amplification/band.ts';
import { amplificationLines, guestOf } from '../../src/analysis/exit-amplification.ts';
import type { GuestExits, OwnExits } from '../../src/read/exits.ts';

const exits = (...rates: number[]) => new Map(rates.map((rate, at) => [at * 60e6, rate]));
const own = (node: string, parent: string | undefined, ...rates: number[]): OwnExits => ({
  lab: 'a',
  node,
  name: `${node}-name`,
  layer: 2,
  exits: exits(...rates),
  ...defined({ parent }),
});
const counted = (node: string, guest: string, uuid: string, ...rates: number[]): GuestExits => ({
  lab: 'a',
  node,
  guest,
  uuid,
  exits: exits(...rates),
});

const none = () => ({ from: undefined, reason: 'not an AMD CPU' });

test('exits at the parent for each exit here, minute by minute, where both are known', () => {
  const lines = amplificationLines(
    [own('g1', 'g0', 100, 200, 0.1, 50)],
    [counted('g0', 'vm', 'G1', 2400, 4800, 9)],
    none,
  );
  expect(lines).toEqual([
    'nestwatch_exit_amplification,lab=a,layer=2,name=g1-name,node=g1,parent=g0 amplification=24,parent_exits_per_second=2400,own_exits_per_second=100,usual_from="none: not an AMD CPU" 0',
    'nestwatch_exit_amplification,lab=a,layer=2,name=g1-name,node=g1,parent=g0 amplification=24,parent_exits_per_second=4800,own_exits_per_second=200,usual_from="none: not an AMD CPU" 60000000',
  ]);
});

test('a node without a known parent, or of another lab, has none', () => {
  expect(amplificationLines([own('g1', undefined, 1)], [counted('g0', 'vm', 'g1', 1)], none)).toEqual([]);
  expect(
    amplificationLines([{ ...own('g1', 'g0', 1), lab: 'b' }], [counted('g0', 'vm', 'g1', 1)], none),
  ).toEqual([]);
});

test('the band stands beside it where guests make enough exits to compare', () => {
  const band: Band = { low: 5.97, high: 7.46, from: 'observatory', leastExitsPerSecond: 1000 };
  const lines = amplificationLines(
    [own('g1', 'g0', 2551, 96)],
    [counted('g0', 'vm', 'G1', 16_520, 1482)],
    () => band,
  );
  expect(lines[0]).toContain('usual_low=5.97,usual_high=7.46,usual_from="observatory" 0');
  expect(lines[1]).not.toContain('usual_high');
  expect(lines[1]).toContain('usual_from="none: fewer than 1000 exits per second to compare" 60000000');
});

test('a guest is told by UUID, by name, or because it is the only one; never guessed', () => {
  const child = own('g1', 'g0');
  const sibling = own('g9', 'g0');
  const uuid = counted('g0', 'x', 'g1');
  const name = counted('g0', 'g1-name', '');
  const only = counted('g0', 'unnamed', '');
  expect(guestOf(child, [name, uuid], [child])).toBe(uuid);
  expect(guestOf(child, [only, name], [child])).toBe(name);
  expect(guestOf(child, [only], [child])).toBe(only);
  expect(guestOf(child, [only], [child, sibling])).toBeUndefined();
  expect(guestOf(child, [only, counted('g0', 'unnamed-2', '')], [child])).toBeUndefined();
  // What the topology joined, by an address for example, counts more than names that happen to be equal.
  expect(guestOf({ ...child, guest: 'unnamed' }, [only, name], [child, sibling])).toBe(only);
});
