import { testClock } from '@nestwatch/testkit/clock';
import { expect, test, vi } from 'vitest';
import { createCanaryCalls, telling } from '../../../src/rounds/canary/calls.ts';
import { type CanaryMemory, watchCanary } from '../../../src/rounds/canary/canary.ts';

const DAY_MS = 86_400_000;
const NOW_MS = 1_800_000_000_000;

/** A watch whose canary boots as it is told, on a clock that stands still. */
function startWatch(kept?: CanaryMemory, { boots = true as boolean | undefined, canTry = true } = {}) {
  const stop = new AbortController();
  const clock = testClock({ wallUs: NOW_MS * 1000 });
  const calls = createCanaryCalls();
  const runs: string[] = [];
  const written: CanaryMemory[] = [];
  const ended = watchCanary({
    calls,
    intervalMs: DAY_MS,
    afterMs: 0,
    clock,
    signal: stop.signal,
    memory: { read: () => kept, write: async (value) => void written.push(value) },
    canTry: async () => canTry,
    run: async (trigger) => {
      runs.push(trigger);
      return boots;
    },
  });
  return {
    calls,
    clock,
    runs,
    written,
    async stop() {
      stop.abort();
      await ended;
    },
  };
}

const until = (condition: () => void) => vi.waitFor(condition, { interval: 1 });

test('boots at the first start, and is kept as under way while it goes on', async () => {
  const watch = startWatch();
  await until(() => expect(watch.runs).toEqual(['first']));
  await watch.stop();
  expect(watch.written).toEqual([
    { startedMs: NOW_MS, ended: false, booted: false },
    { startedMs: NOW_MS, ended: true, booted: true },
  ]);
});

test('a restart of the agent boots nothing before the day is over', async () => {
  const young = startWatch({ startedMs: NOW_MS - DAY_MS / 2, ended: true, booted: true });
  const old = startWatch({ startedMs: NOW_MS - DAY_MS, ended: true, booted: true });
  await until(() => expect(old.runs).toEqual(['due']));
  expect(young.runs).toEqual([]);
  await Promise.all([young.stop(), old.stop()]);
});

test('one that may have taken the machine with it is not tried again for an hour', async () => {
  const soon = startWatch({ startedMs: NOW_MS - 60_000, ended: false, booted: true });
  const later = startWatch({ startedMs: NOW_MS - 3_600_000, ended: false, booted: true });
  await until(() => expect(later.runs).toEqual(['due']));
  expect(soon.runs).toEqual([]);
  await Promise.all([soon.stop(), later.stop()]);
});

test('is called before its time, once for all that was said meanwhile', async () => {
  const watch = startWatch({ startedMs: NOW_MS, ended: true, booted: true });
  watch.calls.call('resumed after a pause');
  watch.calls.call('system.kernel: 6.1 → 6.12');
  watch.calls.call('resumed after a pause');
  await until(() => expect(watch.runs).toEqual(['resumed after a pause, system.kernel: 6.1 → 6.12']));
  await watch.stop();
});

test('is called six times an hour at the most', async () => {
  const watch = startWatch({ startedMs: NOW_MS, ended: true, booted: true });
  for (let count = 1; count <= 6; count++) {
    watch.calls.call(`pause ${count}`);
    await until(() => expect(watch.runs).toHaveLength(count));
  }
  watch.calls.call('pause 7');
  await watch.stop();
  expect(watch.runs).toHaveLength(6);
});

test('nothing is said where it cannot be tried and never booted; where it did, that is said', async () => {
  const never = startWatch(undefined, { canTry: false });
  const once = startWatch(
    { startedMs: NOW_MS - DAY_MS, ended: true, booted: true },
    { canTry: false, boots: undefined },
  );
  await until(() => expect(once.runs).toEqual(['due']));
  await Promise.all([never.stop(), once.stop()]);
  expect(never.runs).toEqual([]);
  expect(never.written).toEqual([]);
  expect(once.written.at(-1)).toMatchObject({ booted: true });
});

test('facts about kernel, KVM, CPU and QEMU call it, others do not', () => {
  expect(telling(['memory.swap: 0 → 1', 'kvm_device.mode: 0660 → 0666'])).toBe(
    'kvm_device.mode: 0660 → 0666',
  );
  expect(telling(['system.kernel: a → b'])).toBe('system.kernel: a → b');
  expect(telling(['clocksource.current: tsc → hpet', 'guests.running: 1 → 2'])).toBeUndefined();
});
