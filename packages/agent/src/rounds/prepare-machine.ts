import { join } from 'node:path';
import type { Machine } from '../benchmarks/run-benchmark.ts';
import { prepareScratch } from '../benchmarks/scratch.ts';
import type { BenchmarkSettings } from './settings.ts';

export interface MachineOptions extends Pick<Machine, 'host' | 'clock' | 'program'> {
  readonly config: BenchmarkSettings;
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
