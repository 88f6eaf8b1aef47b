import { silentLog } from '@nestwatch/common/log';
import { expect, test } from 'vitest';
import { createDeliveryWriter } from '../../src/delivery/delivery-points.ts';
import { type DeliveryState, emptyState } from '../../src/delivery/state.ts';
import type { DeliveryStateStore } from '../../src/delivery/state-store.ts';

const KEY = 'lab.node.boot-1';

/** Two collectors that write to one database, each with what it knows of the node's run, by one clock. */
function twoCollectors() {
  let nowUs = 0;
  const points = new Map<string, string>();
  const store = {
    async write(lines: readonly string[]) {
      for (const line of lines) {
        const [series = '', fields = '', time = ''] = line.split(' ');
        points.set(`${series} ${time}`, fields);
      }
    },
  };
  const collector = () => {
    const known = new Map<string, DeliveryState>();
    const write = createDeliveryWriter(store, () => nowUs, silentLog);
    const states = { all: () => known } as unknown as DeliveryStateStore;
    return {
      knows: (upTo: number) => known.set(KEY, { ...emptyState('boot-1'), written: [[1, upTo]] }),
      write: (...keys: string[]) => write(states, keys),
    };
  };
  return {
    collectors: [collector(), collector()] as const,
    points,
    at: (seconds: number) => {
      nowUs = seconds * 1e6;
    },
  };
}

test('what another collector knew better is not hidden for ever', async () => {
  const { collectors, points, at } = twoCollectors();
  const [late, early] = collectors;
  at(10);
  early.knows(8);
  await early.write(KEY);
  late.knows(7);
  await late.write(KEY);
  expect([...points.values()].at(-1)).toContain('written=7,');
  late.knows(8);
  at(11);
  await late.write();
  expect(points.size).toBe(1);
  at(20);
  await late.write();
  await early.write();
  expect([...points.values()].at(-1)).toContain('written=8,');
  expect(points.size).toBe(2);
});

test('figures that nothing was added to are written once', async () => {
  const { collectors, points, at } = twoCollectors();
  const [one] = collectors;
  one.knows(3);
  at(10);
  await one.write(KEY);
  for (const seconds of [20, 30]) {
    at(seconds);
    await one.write();
  }
  expect(points.size).toBe(1);
});
