import type { Counts } from '../counts.ts';
import { isUsual, type ObservedSet } from '../result.ts';
import { BASE } from '../table/base.ts';
import { figure } from '../table/words.ts';
import { workOf } from '../works/list.ts';
import { counted, deepest, outermost } from './figures.ts';

/** Writes of the TSC deadline. */
const TIMER = 'msr.0x6e0';

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
    const interrupts = [set, usual].map((each) => counted(each, 'boot', layer)?.counts[0]?.['irq.LOC'] ?? 0);
    const [ownInterrupts = 0, usualInterrupts = 0] = interrupts;
    if (usualInterrupts > 0)
      changes.push(`timer interrupts of guest0 ×${figure(ownInterrupts / usualInterrupts)}`);
    return changes.length === 0
      ? []
      : [
          `${usual.name} with ${features.join(', ')} in all layers, once they are up, exits at guest0 for work of guest${layer}: ${changes.join(', ')}.`,
        ];
  });
}

/** Below this a boot with more exits needs no explanation. */
const EXPLAINED = 1.2;

/** What more exits of a boot are made of, where a guest sets its timer more often than with the usual kernel. */
export function timers(sets: readonly ObservedSet[], base: ObservedSet | undefined): string[] {
  if (base === undefined) return [];
  return sets.flatMap((set) => {
    if (!isUsual(set) || set.name.includes(',')) return [];
    const layer = Math.min(deepest(set, 'boot'), deepest(base, 'boot'));
    const [own, usual] = [set, base].map((each) => counted(each, 'boot', layer)?.counts[layer - 1] ?? {});
    const of = (counts: Counts | undefined, name: string) => counts?.[name] ?? 0;
    const more = (name: string) => of(own, name) - of(usual, name);
    const ofTimer = more(TIMER) + more('exit.interrupt') + more('exit.vintr');
    if (of(own, 'kvm.exits') < EXPLAINED * of(usual, 'kvm.exits') || of(usual, TIMER) === 0) return [];
    const percent = Math.round((100 * ofTimer) / more('kvm.exits'));
    return [
      `${set.name}: guest${layer} itself exits ${figure(of(own, 'kvm.exits'))} times while it boots (${BASE}: ${figure(of(usual, 'kvm.exits'))}). ${percent} % of the difference comes with its timer, which it sets ${figure(of(own, TIMER))} times instead of ${figure(of(usual, TIMER))}: writes of the TSC deadline, interrupts and the wait for them. Each further layer multiplies that.`,
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
