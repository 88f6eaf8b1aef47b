import { type CapabilityBody, readCapability } from '@nestwatch/agent/capability/read-capability';
import { createFileHost } from '@nestwatch/agent/host/file-host';
import { probes } from '@nestwatch/agent/probes/index';
import { createProbeRunner, type SampleBody } from '@nestwatch/agent/probes/runner';
import { pause } from '@nestwatch/common/backoff';
import { systemClock } from '@nestwatch/common/clock';
import { silentLog } from '@nestwatch/common/log';

/** What the agent's own code says of this machine: the pattern that simulated nodes vary. */
export interface Template {
  sample: SampleBody;
  capability: CapabilityBody;
}

const BETWEEN_TICKS_MS = 1000;

/** Runs every probe of the agent twice on this machine, so that rates are there, and looks at its capability. */
export async function readTemplate(): Promise<Template> {
  const host = createFileHost();

  const runner = createProbeRunner({
    probes,
    host,
    clock: systemClock,
    off: [],
    limitMs: 5000,
    log: silentLog,
  });
  const { signal } = new AbortController();
  await runner.tick(signal);
  await pause(BETWEEN_TICKS_MS, signal);
  const sample = await runner.tick(signal);
  if (sample === undefined) throw new Error('the probes did not run');
  return { sample, capability: await readCapability({ host }) };
}
