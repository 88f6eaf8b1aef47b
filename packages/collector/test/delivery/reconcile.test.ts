import { silentLog } from '@nestwatch/common/log';
import { expect, test } from 'vitest';
import { createHealer } from '../../src/delivery/reconcile.ts';
import { type Account, emptyAccount, figuresOf, merge } from '../../src/delivery/state.ts';
import type { Board } from '../../src/delivery/state-store.ts';

function boardOf(accounts: Map<string, Account>): Board {
  return {
    all: () => accounts,
    close: () => undefined,
    runsOf: async () => [...accounts.values()],
    async merge(key, news) {
      const merged = merge(accounts.get(key) ?? emptyAccount(news.boot), news);
      accounts.set(key, merged);
      return merged;
    },
  };
}

test('gaps close by what is in InfluxDB, and what is not there stays lost and is asked for ever more rarely', async () => {
  const key = 'lab.node.boot-1';
  const rolledBack = { ...emptyAccount('boot-1'), firstUs: 1e15, lastUs: 1e15, closedUs: 1e15 };
  const accounts = new Map([
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
  ]) as Map<string, Account>;
  const queries: string[] = [];
  const store = {
    async query(influxql: string) {
      queries.push(influxql);
      const rows = [4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19].map((seq) => ({ time: 0, seq }));
      return [{ name: 'nestwatch_report', tags: {}, rows }];
    },
  };
  let nowUs = 1e15 + 1e6;
  const heal = createHealer(store, () => nowUs, silentLog);
  const board = boardOf(accounts);
  // Too young: it may close by itself.
  expect(await heal(board)).toEqual([]);
  nowUs += 60e6;
  expect(await heal(board)).toEqual([key]);
  expect(queries[0]).toContain(`"boot" = 'boot-1' AND "seq" >= 4 AND "seq" <= 20`);
  expect(figuresOf(accounts.get(key) ?? rolledBack)).toMatchObject({ gaps: 1, lost: 1, written: 19 });
  // Whoever wrote 4 and 5 is late to tell: they were received once. A repetition of 1 is one.
  const late = { ...emptyAccount('boot-1'), written: [[4, 5]] as const, received: 2 };
  await board.merge(key, late);
  await board.merge(key, { ...emptyAccount('boot-1'), written: [[1, 1]] as const, received: 1 });
  expect(figuresOf(accounts.get(key) ?? rolledBack)).toMatchObject({ gaps: 1, written: 19, duplicates: 1 });
  for (let minute = 0; minute < 24 * 60; minute++) {
    nowUs += 60e6;
    await heal(board);
  }
  expect(queries.length).toBeLessThan(40);
  // What goes missing later is looked for soon.
  const before = queries.length;
  await board.merge(key, { ...emptyAccount('boot-1'), written: [[22, 22]] as const, received: 1 });
  await heal(board);
  expect(queries.length).toBe(before + 1);
});
