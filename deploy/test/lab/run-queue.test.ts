import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { beforeEach, expect, test } from 'vitest';
import { waitedForCpuMs } from '../../lab/cascade/run-queue.ts';

let proc: string;
beforeEach(() => {
  proc = temporaryFolder('proc');
});

function task(tid: number, schedstat: string) {
  const folder = join(proc, '77/task', String(tid));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'schedstat'), schedstat);
}

test('is that of the thread that waited longest', () => {
  task(77, '5000000 1000000 3\n');
  task(78, '9000000000 2500000000 4000\n');
  expect(waitedForCpuMs(77, proc)).toBe(2500);
});

test('is 0 where nothing is counted, and for a process that is gone', () => {
  task(77, 'no figures\n');
  expect(waitedForCpuMs(77, proc)).toBe(0);
  expect(waitedForCpuMs(99, proc)).toBe(0);
});

test('grows, if at all, for a process of this machine', () => {
  const before = waitedForCpuMs(process.pid);
  expect(before).toBeGreaterThanOrEqual(0);
  expect(waitedForCpuMs(process.pid)).toBeGreaterThanOrEqual(before);
});
