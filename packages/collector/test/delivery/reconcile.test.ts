import { silentLog } from '@nestwatch/common/log';
import { expect, test } from 'vitest';
import { figuresOf } from '../../src/delivery/figures.ts';
import { createDeliveryReconciler } from '../../src/delivery/reconcile.ts';
import { type DeliveryState, emptyState, merge } from '../../src/delivery/state.ts';
import type { DeliveryStateStore } from '../../src/delivery/state-store.ts';

function storeOf(states: Map<string, DeliveryState>): DeliveryStateStore {
  return {
    all: () => states,
    close: () => undefined,
    runsOf: async () => [...states.values()],
    async merge(key, changes) {
      const merged = merge(states.get(key) ?? emptyState(changes.runId), changes);
      states.set(key, merged);
      return merged;
    },
  };
}

test('gaps close by what is in InfluxDB, and what is not there stays lost and is asked for ever more rarely', async () => {
  const key = 'lab.node.boot-1';
  const rolledBack = { ...emptyState('boot-1'), firstUs: 1e15, lastUs: 1e15, closedUs: 1e15 };
  const known = new Map([
    [
      key,
      {
        ...rolledBack,
        written: [
          [1, 3],
          [20, 20],
        ] as const,
      },
    ],
  ]) as Map<string, DeliveryState>;
  const queries: string[] = [];
  const store = {
    async query(influxql: string) {
      queries.push(influxql);
      const rows = [4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19].map((seq) => ({ time: 0, seq }));
      return [{ name: 'nestwatch_report', tags: {}, rows }];
    },
  };
  let nowUs = 1e15 + 1e6;
  const reconcile = createDeliveryReconciler(store, () => nowUs, silentLog);
  const states = storeOf(known);
  // Too young: it may close by itself.
  expect(await reconcile(states)).toEqual([]);
  nowUs += 60e6;
  expect(await reconcile(states)).toEqual([key]);
  expect(queries[0]).toContain(`"boot" = 'boot-1' AND "seq" >= 4 AND "seq" <= 20`);
  expect(figuresOf(known.get(key) ?? rolledBack)).toMatchObject({ gaps: 1, lost: 1, written: 19 });
  // Whoever wrote 4 and 5 is late to tell: they were received once. A repetition of 1 is one.
  const late = { ...emptyState('boot-1'), written: [[4, 5]] as const, received: 2 };
  await states.merge(key, late);
  await states.merge(key, { ...emptyState('boot-1'), written: [[1, 1]] as const, received: 1 });
  expect(figuresOf(known.get(key) ?? rolledBack)).toMatchObject({ gaps: 1, written: 19, duplicates: 1 });
  for (let minute = 0; minute < 24 * 60; minute++) {
    nowUs += 60e6;
    await reconcile(states);
  }
  expect(queries.length).toBeLessThan(40);
  // What goes missing later is looked for soon.
  const before = queries.length;
  await states.merge(key, { ...emptyState('boot-1'), written: [[22, 22]] as const, received: 1 });
  await reconcile(states);
  expect(queries.length).toBe(before + 1);
});

test('a run that only its successor told of is left alone while its messages may still come', async () => {
  const key = 'lab.node.boot-1';
  const held = { ...emptyState('boot-1'), firstUs: 1e15, closedUs: 1e15, held: [[1, 5]] as const };
  const states = storeOf(new Map([[key, held]]) as Map<string, DeliveryState>);
  const store = {
    query: async () => [{ name: 'nestwatch_report', tags: {}, rows: [{ time: 0, seq: 1 }] }],
  };
  let nowUs = 1e15 + 1e6;
  const reconcile = createDeliveryReconciler(store, () => nowUs, silentLog);
  expect(await reconcile(states)).toEqual([]);
  nowUs += 60e6;
  expect(await reconcile(states)).toEqual([key]);
});
