import { UsageError } from '@nestwatch/common/errors';
import { silentLog } from '@nestwatch/common/log';
import { v1 } from '@nestwatch/proto';
import { expect, test, vi } from 'vitest';
import { known } from '../../src/host/host.ts';
import { probes } from '../../src/probes/index.ts';
import type { Probe, ProbeContext, ProbeEvent, ProbeFactory } from '../../src/probes/probe.ts';
import { createProbeRunner, makeProbes } from '../../src/probes/runner.ts';
import { contextOf, snapshots } from '../support/replay.ts';

const { Status } = v1.ProbeOutcome;
const going = new AbortController().signal;

function probe(name: string, field: Probe['field'], read: Probe['read']): ProbeFactory {
  return () => ({ name, field, meaning: 'for a test', read });
}

function runner(factories: readonly ProbeFactory[], more: { limitMs?: number; off?: string[] } = {}) {
  const [snapshot] = snapshots('this-machine');
  if (snapshot === undefined) throw new Error('no snapshot');
  const { host } = contextOf(snapshot);
  let monoUs = 0;
  const clock = { monoUs: () => (monoUs += 1500), wallUs: () => 0 };
  const events: ProbeEvent[] = [];
  const log = { ...silentLog, info: vi.fn(), warn: vi.fn() };
  return {
    events,
    log,
    ...createProbeRunner({
      probes: factories,
      off: more.off ?? [],
      host,
      clock,
      limitMs: more.limitMs ?? 10_000,
      log,
      onEvent: (event) => events.push(event),
    }),
  };
}

test('values stand in their fields, and every probe has an outcome with its duration', async () => {
  const { tick } = runner([
    probe('memory', 'memory', async () => known({ totalBytes: 7 })),
    probe('load', 'load', async () => ({ state: 'denied', reason: '/proc/loadavg: EACCES' })),
    probe('cpu-time', 'cpuTime', async () => {
      throw new Error('a mistake');
    }),
  ]);
  expect(await tick(going)).toEqual({
    memory: { totalBytes: 7 },
    probes: [
      { probe: 'memory', status: Status.OK, reason: '', durationUs: 1500 },
      { probe: 'load', status: Status.DENIED, reason: '/proc/loadavg: EACCES', durationUs: 1500 },
      { probe: 'cpu-time', status: Status.FAILED, reason: 'the probe failed: a mistake', durationUs: 1500 },
    ],
  });
});

test('a probe that hangs is stopped at the limit, and not asked again before it came back', async () => {
  const resume: (() => void)[] = [];
  const read = vi.fn((context: ProbeContext) => {
    return new Promise<ReturnType<typeof known<object>>>((resolve) => {
      resume.push(() => resolve(known({})));
      context.signal.addEventListener('abort', () => undefined);
    });
  });
  const { tick } = runner([probe('load', 'load', read)], { limitMs: 1 });
  const statuses = async () => (await tick(going))?.probes?.map((each) => [each.status, each.reason]);

  expect(await statuses()).toEqual([[Status.TIMED_OUT, 'took longer than 1 ms']]);
  expect(read.mock.calls[0]?.[0].signal.aborted).toBe(true);
  expect(await statuses()).toEqual([[Status.TIMED_OUT, 'the reading of an earlier tick still runs']]);
  expect(read).toHaveBeenCalledTimes(1);
  resume[0]?.();
  await new Promise(setImmediate);
  await statuses();
  expect(read).toHaveBeenCalledTimes(2);
});

test('a tick is skipped while the last one runs', async () => {
  let finish: () => void = () => undefined;
  const { tick } = runner([
    probe('load', 'load', () => new Promise((resolve) => (finish = () => resolve(known({}))))),
  ]);
  const first = tick(going);
  expect(await tick(going)).toBeUndefined();
  finish();
  expect((await first)?.load).toEqual({});
  expect(tick(going)).toBeInstanceOf(Promise);
  finish();
});

test('a stop ends the probe that runs and starts no other', async () => {
  const stop = new AbortController();
  const second = vi.fn(async () => known({}));
  const { tick } = runner([
    probe('load', 'load', () => {
      stop.abort();
      return new Promise(() => undefined);
    }),
    probe('memory', 'memory', second),
  ]);
  expect((await tick(stop.signal))?.probes).toMatchObject([{ status: Status.TIMED_OUT, reason: 'stopped' }]);
  expect(second).not.toHaveBeenCalled();
});

test('what happens once is passed on, and a change of outcome is said once', async () => {
  let found = false;
  const { tick, events, log } = runner([
    probe('load', 'load', async ({ emit }) => {
      emit({ kind: 'CLOCK_STEPPED', text: 'the clock went back', magnitude: -5 });
      return found ? known({}) : { state: 'absent', reason: 'not here' };
    }),
  ]);
  await tick(going);
  await tick(going);
  expect(events).toHaveLength(2);
  expect(log.info.mock.calls).toEqual([['probe load: absent', { reason: 'not here' }]]);
  found = true;
  await tick(going);
  expect(log.info).toHaveBeenLastCalledWith('probe load: known', {});
});

test('probes are switched off by name, and an unknown name is refused with the names there are', async () => {
  const off = runner(probes, { off: ['memory', 'load'] });
  expect(off.probes.map((each) => each.name)).not.toContain('memory');
  expect(off.probes.map((each) => each.name)).toContain('cpu-time');
  expect(() => runner(probes, { off: ['memroy'] })).toThrow(UsageError);
  expect(() => runner(probes, { off: ['memroy'] })).toThrow(/unknown probe memroy; known: .*memory/);
});

test('two probes of one name or one field are refused', () => {
  const one = probe('load', 'load', async () => known({}));
  expect(() => makeProbes([one, probe('load', 'memory', async () => known({}))])).toThrow(/name load/);
  expect(() => makeProbes([one, probe('other', 'load', async () => known({}))])).toThrow(/field load/);
  expect(makeProbes(probes)).toHaveLength(probes.length);
});
