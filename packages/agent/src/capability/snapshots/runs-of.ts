import type { KnownFacts } from '../facts/index.ts';
import type { Runs } from './nested-state.ts';

/** What of this node decides whether its guests' guests survive. */
export function runsOf({ kernel, cpu, kvmModules }: KnownFacts): Runs {
  const { upstream, basis } = kernel;
  return { kernel: upstream, basis, virtualization: cpu.virtualization, nested: kvmModules.nested };
}
