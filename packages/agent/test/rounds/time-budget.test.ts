import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { beforeEach, expect, test } from 'vitest';
import { openTimeBudget } from '../../src/rounds/time-budget.ts';

const HOUR_MS = 3_600_000;
let dir: string;
let nowMs: number;
const clock = { wallUs: () => nowMs * 1000, monoUs: () => 0 };
beforeEach(async () => {
  dir = temporaryFolder('budget');
  nowMs = 1e12;
});

test('is exhausted by its share of the last 24 hours, over restarts too, and recovers', async () => {
  const path = join(dir, 'time.json');
  const budget = openTimeBudget(path, 0.1, clock);
  await budget.spend(2 * HOUR_MS);
  expect(budget.exhausted()).toBeUndefined();
  nowMs += HOUR_MS;
  await budget.spend(HOUR_MS);
  expect(budget.exhausted()).toBe(
    'benchmarks took 180 min of the last 24 h, and 0.1 is allowed (benchmarks.time-share)',
  );
  expect(openTimeBudget(path, 0.1, clock).exhausted()).toBeDefined();
  nowMs += 23.5 * HOUR_MS;
  expect(budget.exhausted()).toBeUndefined();
});

test.each(['', '{"torn', '[{"endedWallMs":"x"}]', '{}'])(
  'a file that says %j counts as nothing spent',
  async (text) => {
    const path = join(dir, 'time.json');
    await writeFile(path, text);
    expect(openTimeBudget(path, 0.001, clock).exhausted()).toBeUndefined();
  },
);
