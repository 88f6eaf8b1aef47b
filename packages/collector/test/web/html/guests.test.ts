import { v1 } from '@nestwatch/proto';
import { expect, test } from 'vitest';
import { guests } from '../../../src/web/html/guests.ts';

const { STILL, RUNS } = v1.GuestUsage.Activity;
const { NONE, OUTGOING } = v1.GuestUsage.Transfer;

/** Cells of each row. */
function cellsOf(text: string): string[][] {
  return [...text.matchAll(/<tr>(.*?)<\/tr>/g)]
    .slice(1)
    .map(([, row = '']) =>
      [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/g)].map(([, cell = '']) => cell.replace(/<[^>]*>/g, '')),
    );
}

test('a guest is shown with what is seen of it from outside, and empty cells where nothing is', () => {
  const list = [
    {
      ...{ node: 'n', guest: 'win11', vmm: 'qemu', hyperv: 'vapic evmcs', nestedState: 'kept' },
      ...{ activity: STILL, transfer: NONE, cpus: 0.25, exitsPerSecond: 1200, firstRestSeconds: 42 },
      residentBytes: 4 * 2 ** 30,
    },
    { node: 'n', guest: 'moving', activity: RUNS, transfer: OUTGOING },
    { node: 'n', guest: 'new' },
  ];
  const { text } = guests({ guests: list });
  const [first = [], second = [], third = []] = cellsOf(text);
  expect(first.slice(0, 2)).toEqual(['win11', expect.stringContaining('stands still')]);
  expect(first.slice(2)).toEqual([
    ...['0.250', expect.stringMatching(/^1.?200$/), '42 s', expect.stringMatching(/^4/)],
    ...['qemu', 'vapic evmcs', 'kept'],
  ]);
  expect(second[1]).toContain('is saved or migrated away');
  expect(third.slice(1)).toEqual(Array(8).fill(''));
});

test('nothing to show is said', () => {
  expect(guests({ guests: [] }).text).toContain('No guest runs here now.');
});
