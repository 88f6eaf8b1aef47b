import { isUsual, type ObservedSet } from '../result.ts';
import { BASE } from '../table/base.ts';
import { figure } from '../table/words.ts';
import { workOf } from '../works/list.ts';
import { counted, deepest, outermost } from './figures.ts';

/** Cascades of several kernels, against one in all layers. */
export function mixed(sets: readonly ObservedSet[], base: ObservedSet | undefined): string[] {
  if (base === undefined) return [];
  return sets
    .filter(({ name }) => name.includes(','))
    .flatMap((set) => {
      const compared = (['cpuid', 'timer'] as const).flatMap((work) => {
        const [one, other] = [set, base].map((each) => outermost(counted(each, work, 2)));
        return one === undefined || other === undefined || other === 0
          ? []
          : [`one ${workOf(work).piece} of guest2 ×${figure(one / other)}`];
      });
      return compared.length === 0
        ? []
        : [`${set.name} (guest0 first), against ${BASE} everywhere, at guest0: ${compared.join(', ')}.`];
    });
}

/** What a switched feature of the scheduler changes, against the same kernels as they are. */
export function switched(sets: readonly ObservedSet[]): string[] {
  return sets.flatMap((set) => {
    const { features = [], name } = set;
    const usual = sets.find(
      (each) => isUsual(each) && each.name === name.replace(` ${features.join(' ')}`, ''),
    );
    if (isUsual(set) || usual === undefined) return [];
    const layer = Math.min(deepest(set, 'cpuid'), deepest(usual, 'cpuid'));
    const changes = (['boot', 'timer', 'idle'] as const).flatMap((work) => {
      const [with_, without] = [set, usual].map((each) => outermost(counted(each, work, layer)));
      return with_ === undefined || without === undefined || without === 0
        ? []
        : [`${workOf(work).title} ×${figure(with_ / without)}`];
    });
    return changes.length === 0
      ? []
      : [
          `${usual.name} with ${features.join(', ')} in all layers, exits at guest0 for work of guest${layer}: ${changes.join(', ')}.`,
        ];
  });
}

/** How alike boots of the same kernels are. */
export function repeats(sets: readonly ObservedSet[]): string | undefined {
  const differences = sets.flatMap((set) => {
    const runs = set.runs.filter(({ cpus }) => cpus === 1).map((run) => ({ ...set, runs: [run] }));
    const values = runs.flatMap((run) => outermost(counted(run, 'cpuid', 2)) ?? []);
    if (values.length < 2) return [];
    const percent = 100 * (Math.max(...values) / Math.min(...values) - 1);
    return [`${set.name} by ${percent.toFixed(1)} %`];
  });
  return differences.length === 0
    ? undefined
    : `Booted again, the exits of a CPUID of guest2 differ so: ${differences.join(', ')}.`;
}
