import { silentLog } from '@nestwatch/common/log';
import { v1 } from '@nestwatch/proto';
import { testClock } from '@nestwatch/testkit/clock';
import { PATIENT } from '@nestwatch/testkit/patience';
import { expect, test, vi } from 'vitest';
import type { TraceAnswer } from '../../src/exits/parse-answer.ts';
import { absent } from '../../src/host/host.ts';
import { createExitTracer } from '../../src/runtime/trace-when-wanted.ts';
import { hostOf } from '../support/file-tree.ts';

const { Status } = v1.ProbeOutcome;

function tracer({ enabled = true, answer = absent('no kvm') as TraceAnswer } = {}) {
  const clock = testClock({ monoUs: 1 });
  const sample = vi.fn();
  const trace = vi.fn(async () => answer);
  const agent = {
    config: { 'exits.enabled': enabled, 'exits.every': 600_000 },
    clock,
    kernelHost: hostOf({}),
    stateDir: '',
    program: '',
    signal: new AbortController().signal,
    log: silentLog,
  };
  return { clock, sample, trace, wanted: createExitTracer(agent, { sample }, trace) };
}

test('it traces once for each moment that it is wanted, and never sooner than its own pause allows', async () => {
  const { clock, sample, trace, wanted } = tracer();
  wanted(100, true);
  wanted(100, true);
  await vi.waitFor(() => expect(sample).toHaveBeenCalledOnce(), PATIENT);
  // Whatever collectors say, as often as they like.
  for (let at = 101; at < 200; at += 1) wanted(at, false);
  expect(trace).toHaveBeenCalledOnce();
  clock.forward(600_000);
  wanted(100, true);
  expect(trace).toHaveBeenCalledOnce();
  wanted(200, false);
  expect(trace).toHaveBeenCalledTimes(2);
});

test('why there is none is told as of a probe', async () => {
  const { sample, wanted } = tracer();
  wanted(100, true);
  const outcome = { probe: 'exit-trace', status: Status.ABSENT, reason: 'no kvm', durationUs: 0 };
  await vi.waitFor(() => expect(sample).toHaveBeenCalledWith({ probes: [outcome] }), PATIENT);
});

test('a trace in which no known guest exited says so', async () => {
  const value = { seconds: 10, method: 'sums', missedRatio: 0, processes: [] } as const;
  const { sample, wanted } = tracer({ answer: { state: 'known', value } });
  wanted(100, true);
  const outcome = expect.objectContaining({ status: Status.ABSENT, reason: 'no known guest exited' });
  await vi.waitFor(() => expect(sample).toHaveBeenCalledWith({ probes: [outcome] }), PATIENT);
});

test('a node that does not want to be traced is not', () => {
  const { trace, wanted } = tracer({ enabled: false });
  wanted(100, true);
  expect(trace).not.toHaveBeenCalled();
});
