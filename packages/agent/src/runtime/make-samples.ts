import type { Clock } from '@nestwatch/common/clock';
import { defined } from '@nestwatch/common/defined';
import type { Log } from '@nestwatch/common/log';
import { v1 } from '@nestwatch/proto';
import type { Host } from '../host/host.ts';
import type { AgentConfig } from './config/schema.ts';
import type { Messenger } from './messenger.ts';
import { ticks } from './ticks.ts';

interface Sampling {
  config: AgentConfig;
  host: Host;
  clock: Clock;
  log: Log;
  messenger: Messenger;
  signal: AbortSignal;
}

/** One sample at each interval until the signal is aborted. */
export async function makeSamples(options: Sampling): Promise<void> {
  const { config, host, clock, log, messenger, signal } = options;
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
    onEvent: ({ kind, text, magnitude }) =>
      messenger.event({ kind: v1.Event.Kind[kind], text, ...defined({ magnitude }) }),
  });
  // The first reading is only what the second is compared with.
  await runner.tick(signal);
  for await (const _ of ticks(config.interval, clock, signal)) {
    const body = await runner.tick(signal);
    if (body === undefined) log.warn('a sample was left out: the one before it still ran');
    else if (!signal.aborted) messenger.sample(body);
  }
}
