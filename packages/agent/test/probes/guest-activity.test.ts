import { v1 } from '@nestwatch/proto';
import { describe, expect, test } from 'vitest';
import { activityOf, createBootWatch, transferOf } from '../../src/probes/guest-activity.ts';

const { RUNS, STILL, SPINS, BLOCKED } = v1.GuestUsage.Activity;
const { NONE, OUTGOING, INCOMING } = v1.GuestUsage.Transfer;

test.each([
  ['rests', [0.002, 0.001], 0.01, RUNS],
  ['works', [0.7, 0.98], 0.2, RUNS],
  ['is stopped', [0, 0], 0, STILL],
  ['hangs in a loop on one CPU', [1, 0], 0.001, SPINS],
  ['computes on all', [0.99, 1.0], 0, SPINS],
  ['is busy with its disk', [1, 1], 0.3, RUNS],
  ['of which the monitor is not known', [1], undefined, RUNS],
])('a guest that %s', (_, ran, other, activity) => {
  const process = { vcpuThreads: ran.map(String), blocked: false };
  expect(activityOf(process, ran, other)).toBe(activity);
});

test('a vCPU that waits in the kernel is blocked; where one is not known, nothing is', () => {
  expect(activityOf({ vcpuThreads: ['1'], blocked: true }, [0], 0)).toBe(BLOCKED);
  expect(activityOf({ vcpuThreads: ['1', '2'], blocked: false }, [0], 0)).toBeUndefined();
  expect(activityOf({ vcpuThreads: [], blocked: false }, [], 0)).toBeUndefined();
});

test('a transfer is seen by its threads, and an arrival until the guest runs', () => {
  expect(transferOf({ sends: true, receives: false }, false, true)).toBe(OUTGOING);
  expect(transferOf({ sends: false, receives: true }, true, false)).toBe(INCOMING);
  expect(transferOf({ sends: false, receives: false }, true, false)).toBe(INCOMING);
  expect(transferOf({ sends: false, receives: false }, true, true)).toBe(NONE);
});

describe('a boot', () => {
  /** Follows a guest through samples of 10 s, the first of which begins at an age. */
  function follow(startAge: number, samples: readonly number[]) {
    const watch = createBootWatch(startAge);
    return samples.map((ran, at) => watch.next(startAge + 10 * (at + 1), 10, [ran, ran]));
  }

  test('ends where three samples of rest begin', () => {
    const busyThenCalm = [1, 0.9, 0.1, 0.8, 0.05, 0.04, 0.03, 0.9];
    expect(follow(2, busyThenCalm)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      42,
      42,
    ]);
  });

  test('is not told of a guest that was found late, that stands still, or that never rests', () => {
    expect(follow(500, [0.1, 0.1, 0.1])).toEqual([undefined, undefined, undefined]);
    expect(follow(0, [0, 0, 0, 0])).toEqual([undefined, undefined, undefined, undefined]);
    expect(follow(0, Array(400).fill(1)).at(-1)).toBeUndefined();
    expect(follow(0, [...Array(400).fill(1), 0.1, 0.1, 0.1]).at(-1)).toBeUndefined();
  });
});
