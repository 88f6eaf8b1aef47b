import { pause } from '@nestwatch/common/backoff';
import type { Clock } from '@nestwatch/common/clock';
import { defined } from '@nestwatch/common/defined';
import { v1 } from '@nestwatch/proto';
import type { CanaryCalls } from '../rounds/canary/calls.ts';
import type { Agent } from './bootstrap.ts';
import type { Messenger } from './messenger.ts';
import { createOutcomesToTell } from './outcomes-to-tell.ts';

/**
 * One sample at each interval until the signal is aborted.
 * @param onTick called at the end of each
 */
export async function makeSamples(
  agent: Agent,
  messenger: Messenger,
  canary: CanaryCalls,
  onTick: () => void,
): Promise<void> {
  const { config, kernelHost: host, clock, log, signal } = agent;
  const [{ probes }, { createProbeRunner }] = await Promise.all([
    import('../probes/index.ts'),
    import('../probes/runner.ts'),
  ]);
  const runner = createProbeRunner({
    probes,
    host,
    clock,
    log,
    off: config['probes.off'],
    limitMs: config['probes.limit'],
    onEvent: ({ kind, text, magnitude }) => {
      messenger.event({ kind: v1.Event.Kind[kind], text, ...defined({ magnitude }) });
      if (kind === 'RESUMED') canary.call('resumed after a pause');
    },
  });
  const outcomesToTell = createOutcomesToTell(config.interval);
  // The first reading is only what the second is compared with.
  await runner.tick(signal);
  for await (const _ of ticks(config.interval, clock, signal)) {
    const body = await runner.tick(signal);
    if (body === undefined) log.warn('skipped a sample: the previous one still runs');
    else if (!signal.aborted) messenger.sample({ ...body, probes: outcomesToTell(body.probes ?? []) });
    onTick();
  }
}

/** A part of an interval, and a second at most, because people wait for the first sample of an agent that they start. */
const FIRST_SHARE = 0.25;
const FIRST_MOST_MS = 1000;

/**
 * Yields soon after the start, and then at whole multiples of the interval of the monotonic clock, so that a late tick
 * does not move the later ones. Ends when the signal is aborted.
 */
async function* ticks(intervalMs: number, clock: Clock, signal: AbortSignal): AsyncGenerator<void> {
  const startUs = clock.monoUs();
  if (!(await pause(Math.min(intervalMs * FIRST_SHARE, FIRST_MOST_MS), signal))) return;
  yield;
  for (;;) {
    const elapsedMs = (clock.monoUs() - startUs) / 1000;
    const waitMs = intervalMs - (elapsedMs % intervalMs);
    if (!(await pause(Math.max(1, Math.ceil(waitMs)), signal))) return;
    yield;
  }
}
