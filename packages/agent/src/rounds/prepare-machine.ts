import { join } from 'node:path';
import type { Clock } from '@nestwatch/common/clock';
import type { Machine } from '../benchmarks/run-benchmark.ts';
import { prepareScratch } from '../benchmarks/scratch.ts';
import type { Host } from '../host/host.ts';
import type { BenchmarkSettings } from './settings.ts';

export interface MachineOptions {
  readonly config: BenchmarkSettings;
  readonly host: Host;
  readonly clock: Clock;
  /** The agent's program, which is started again as `run-benchmark`. */
  readonly program: string;
  /** Folder of the agent's state; benchmarks write below `scratch` in it, and nowhere else. */
  readonly stateDir: string;
  /** Estimate of the lab's time for a moment of the monotonic clock; undefined until there is one. */
  estimate(monoUs: number): { labUs: number; rate: number } | undefined;
}

/** What the benchmarks of this machine share, made from its configuration. Empties the scratch folder. */
export async function prepareMachine(options: MachineOptions): Promise<Machine> {
  const { config, host, clock, program, stateDir, estimate } = options;
  return {
    config,
    host,
    clock,
    program,
    scratch: await prepareScratch(join(stateDir, 'scratch')),
    labUs: (monoUs) => estimate(monoUs)?.labUs,
    labRate: () => estimate(clock.monoUs())?.rate,
  };
}
