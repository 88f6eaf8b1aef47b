import { join } from 'node:path';
import { jsonFile } from '@nestwatch/common/json-file';
import { type Log, saying } from '@nestwatch/common/log';
import { v1 } from '@nestwatch/proto';
import type { Benchmark } from '../../benchmarks/benchmark.ts';
import { findCanary, guestCanary } from '../../benchmarks/guest-canary.ts';
import type { ResultBody } from '../../benchmarks/result.ts';
import type { MachineOptions } from '../prepare-machine.ts';
import type { CanaryCalls } from './calls.ts';
import { type CanaryMemory, watchCanary } from './canary.ts';

export interface StartCanaryOptions extends Pick<MachineOptions, 'config' | 'host' | 'clock' | 'stateDir'> {
  readonly calls: CanaryCalls;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Resolves when the node runs no benchmark. */
  idle(): Promise<void>;
  /** Runs one benchmark and publishes what it gives. */
  run(benchmark: Benchmark, trigger: string): Promise<readonly ResultBody[]>;
}

const { OK, FAILED, TIMED_OUT } = v1.BenchmarkResult.Outcome;
const TRIED: readonly unknown[] = [OK, FAILED, TIMED_OUT];

/** Lets the canary boot at its times and when it is called, unless benchmarks or it are off. Resolves when it has ended. */
export async function startCanary(options: StartCanaryOptions): Promise<void> {
  const { config, host, log } = options;
  if (!config['benchmarks.enabled'] || config['benchmarks.off'].includes(guestCanary.name)) return;
  const file = jsonFile(join(options.stateDir, 'canary.json'), parseMemory);
  await watchCanary({
    ...options,
    intervalMs: config['benchmarks.canary'],
    afterMs: config['benchmarks.canary-after'],
    memory: {
      read: file.read,
      write: (value) => file.write(value).catch(saying(log.warn, 'cannot save the time of the last canary')),
    },
    canTry: async () => (await findCanary(host, config)).state === 'known',
    async run(trigger) {
      await options.idle();
      const [result] = await options.run(guestCanary, trigger);
      return TRIED.includes(result?.outcome) ? result?.outcome === OK : undefined;
    },
  }).catch(saying(log.error, 'the canary has ended'));
}

function parseMemory(json: unknown): CanaryMemory | undefined {
  const { startedMs, ended, booted } = (json ?? {}) as Partial<CanaryMemory>;
  if (!Number.isFinite(startedMs)) return undefined;
  return { startedMs: startedMs ?? 0, ended: ended !== false, booted: booted === true };
}
