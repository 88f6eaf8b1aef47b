import { expect, test } from 'vitest';
import { heldBack } from '../../../src/analysis/report/held-back.ts';

const NODE = { node: 'n2', name: 'guest2', layer: 2, lastSeenUs: 0 };
const of = (seen: object) => heldBack(new Map([['n2', { guest3: seen }]]), [NODE]);

test('who was limited, put behind others or swapped, with the figures', () => {
  const swapped = { swappedBytes: 120 * 2 ** 20, memoryStallRatio: 0.3 };
  expect(of({ limitCpus: 0.4, limitGroup: '/child', throttledRatio: 0.58, nice: 10, ...swapped })).toEqual([
    {
      ...{ node: 'n2', name: 'guest2', guest: 'guest3', limitCpus: 0.4, throttledRatio: 0.58, ...swapped },
      how: "guest2's cgroup /child limits guest3 to 0.4 CPU; throttled 58 % of the time; guest3 has nice 10; 120 MiB of guest3 is swapped out: it waits for memory there 30 % of the time.",
    },
  ]);
});

test('a limit that is never reached, and little in swap, is nothing', () => {
  expect(of({ limitCpus: 4, limitGroup: '/child', throttledRatio: 0, swappedBytes: 2 ** 20 })).toEqual([]);
  expect(heldBack(new Map(), [NODE])).toEqual([]);
});
