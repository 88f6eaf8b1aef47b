import type { Observed, ObservedSet, WorkResult } from '../../observatory/result.ts';

/** A boot as it is recorded. */
export const runOf = (
  works: readonly WorkResult[],
  { cpus = 1, lacking = {}, stacks = {} }: Partial<Pick<Observed, 'cpus' | 'lacking' | 'stacks'>> = {},
): Observed => ({ at: '', seconds: 1, cpus, works, lacking, stacks });

/** A set of kernels as it is recorded. */
export const setOf = (name: string, ...runs: readonly Observed[]): ObservedSet => ({
  format: 1,
  name,
  layers: [],
  speed: 0.1,
  idleSeconds: 30,
  works: ['cpuid'],
  runs,
});

/** A boot of guest3 that did not end. */
export const hungBoot: WorkResult = {
  work: 'boot',
  layer: 3,
  state: 'hung',
  why: 'not up after 420 s',
  counts: [],
  repetitions: [],
};
