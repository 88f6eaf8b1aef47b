import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { afterEach, expect, test } from 'vitest';
import { createFileHost } from '../../src/host/file-host.ts';
import { exitLatency } from '../../src/probes/exit-latency.ts';
import { valueFrom } from '../support/replay.ts';
import { moment } from '../support/text-host.ts';

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true });
});

function rootWith(files: Record<string, string | Buffer>): string {
  const root = temporaryFolder('root');
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

/** A stopwatch whose readings are `steps` µs apart, over and over. */
function steps(...each: number[]) {
  let us = 0;
  let at = 0;
  return () => {
    us += each[at % each.length] ?? 0;
    at += 1;
    return us;
  };
}

/** One reading of the probe with that stopwatch, on CPU 0 of a machine that has what it needs. */
function readWith(stopwatch: () => number) {
  const files = { '/proc/self/stat': stat(0), '/dev/cpu/0/cpuid': Buffer.alloc(16) };
  const root = rootWith({ ...files, '/dev/zero': Buffer.alloc(16) });
  return exitLatency(stopwatch).read(moment(createFileHost(root), 0));
}

const stat = (cpu: number) => `77 (no) de) S 1 ${'0 '.repeat(34)}${cpu} 0 0\n`;

test('the cost is the read of the CPU this thread runs on, less the plain read', async () => {
  const root = rootWith({
    '/proc/self/stat': stat(1),
    '/dev/cpu/1/cpuid': Buffer.alloc(16),
    '/dev/zero': Buffer.alloc(16),
  });
  // The start, then for each sample: before, after the exit, after the plain read.
  const value = valueFrom(await exitLatency(steps(2, 1, 12)).read(moment(createFileHost(root), 0)));
  expect(value).toEqual({ samples: 32, baselineUs: 2, medianUs: 10, p99Us: 10, minUs: 10 });
});

test('a deep guest gets fewer samples: the time is bounded', async () => {
  const value = valueFrom(await readWith(steps(10, 10, 500)));
  expect(value.samples).toBe(8);
  expect(value.medianUs).toBeGreaterThan(400);
});

/** Reads a CPU whose exits cost 40 µs and plain reads 5, with pauses at some readings of the stopwatch. */
function readWithPauses(pauses: Record<number, number>) {
  let us = 0;
  let at = -1;
  return readWith(() => {
    at += 1;
    us += [5, 5, 40][at % 3] ?? 0;
    return (
      us + Object.entries(pauses).reduce((sum, [when, each]) => sum + (at >= Number(when) ? each : 0), 0)
    );
  });
}

test('a guest that is preempted in one read takes more reads, so that the median is that of the others', async () => {
  // The warm-up takes the first readings: 0 is the start, and three belong to each read.
  const value = valueFrom(await readWithPauses({ 9: 17_000 }));
  expect(value).toMatchObject({ samples: 8, baselineUs: 5, medianUs: 35 });
});

const DROWNED = {
  state: 'unknown',
  reason:
    'a plain read took as long as one that exits: something disturbed them, or CPUID costs nothing here',
};

test.each([
  ['few reads', steps(2000)],
  ['many reads', steps(1)],
  ['a plain read that takes longer', steps(30, 1, 20)],
])('a cost that drowned in what disturbed it is left out, and never 0: %s', async (_, stopwatch) => {
  expect(await readWith(stopwatch)).toEqual(DROWNED);
});

test('a median of reads of which hardly one fitted into the time is left out', async () => {
  expect(await readWith(steps(30_000))).toEqual({
    state: 'unknown',
    reason: 'the time limit allowed only 1 of 32 reads',
  });
});

test('an extreme that is not above the cost of a plain read is left out, and the median stays', async () => {
  // Every fourth read that exits takes no longer than a plain one.
  let us = 0;
  let at = -1;
  const value = valueFrom(
    await readWith(() => {
      at += 1;
      us += at % 12 === 2 ? 5 : ([5, 5, 40][at % 3] ?? 0);
      return us;
    }),
  );
  expect(value).toMatchObject({ medianUs: 35, minUs: null, p99Us: 35 });
});

test('no device, no right, and an offline CPU are told apart', async () => {
  const none = rootWith({ '/dev/zero': Buffer.alloc(16) });
  expect(await exitLatency().read(moment(createFileHost(none), 0))).toMatchObject({
    state: 'absent',
    reason: '/dev/cpu/0/cpuid: ENOENT (modprobe cpuid makes it, on x86)',
  });
  const short = rootWith({ '/dev/cpu/0/cpuid': Buffer.alloc(3), '/dev/zero': Buffer.alloc(16) });
  expect(await exitLatency().read(moment(createFileHost(short), 0))).toMatchObject({
    state: 'unknown',
    reason: '/dev/cpu/0/cpuid: 3 bytes, not 16',
  });
});
