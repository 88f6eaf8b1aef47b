import type { CpuGroup } from '../host/cgroups/cpu-group.ts';
import type { Cgroup } from '../host/cgroups/membership.ts';
import type { Deltas } from './deltas.ts';

/** The cgroups of one thread, nearest first. */
export type Chain = readonly Cgroup[];

/** What cgroups say, by their folders. */
export type Groups = ReadonlyMap<string, CpuGroup>;

/** How many CPUs threads may have together, and the cgroup that says so. */
interface Limit {
  readonly cpus: number;
  readonly group: string;
}

const NONE: Limit = { cpus: Number.POSITIVE_INFINITY, group: '' };

/**
 * CPUs that cgroups let threads have together: what each may have in its own, added up, and no more than the cgroups
 * above allow. Undefined where none sets a limit.
 */
export function limitOf(chains: readonly Chain[], groups: Groups): Limit | undefined {
  if (chains.length === 0) return undefined;
  const limit = limitBelow(
    chains.map((chain) => [...chain].reverse()),
    0,
    groups,
  );
  return limit.cpus === NONE.cpus ? undefined : limit;
}

/** @param paths from the top down */
function limitBelow(paths: readonly Chain[], depth: number, groups: Groups): Limit {
  const children = new Map<string, Chain[]>();
  for (const path of paths) {
    const group = path[depth];
    if (group === undefined) return NONE;
    children.set(group.folder, [...(children.get(group.folder) ?? []), path]);
  }
  const parts = [...children.values()].map((below) => {
    const group = below[0]?.[depth];
    const inner = limitBelow(below, depth + 1, groups);
    const own = groups.get(group?.folder ?? '')?.limitCpus;
    return own !== undefined && own <= inner.cpus ? { cpus: own, group: group?.path ?? '' } : inner;
  });
  const least = parts.reduce((one, other) => (other.cpus < one.cpus ? other : one), NONE);
  return { cpus: parts.reduce((sum, { cpus }) => sum + cpus, 0), group: least.group };
}

/** The least weight among cgroups; undefined where none has one. */
export function weightOf(chains: readonly Chain[], groups: Groups): number | undefined {
  const weights = chains.flat().flatMap(({ folder }) => groups.get(folder)?.weight ?? []);
  return weights.length === 0 ? undefined : Math.min(...weights);
}

/** How much longer a cgroup was stopped, since it was last looked at. */
export interface Throttled {
  readonly seconds: number;
  readonly periods: number;
  readonly throttledPeriods: number;
  readonly throttledUs: number;
}

/** What a meter says of the counters of `throttlingCounters`; undefined for a cgroup that started again. */
export function throttledIn(deltas: Deltas): Throttled | undefined {
  const [periods, throttledPeriods, throttledUs] = [
    deltas.growth('periods'),
    deltas.growth('throttledPeriods'),
    deltas.growth('throttledUs'),
  ];
  if (periods === undefined || throttledPeriods === undefined || throttledUs === undefined) return undefined;
  return { seconds: deltas.seconds, periods, throttledPeriods, throttledUs };
}

/**
 * How the vCPUs of one guest were stopped. A cgroup adds its stopped time up over CPUs; here it is shared out over the
 * vCPUs in it, of all guests, and no vCPU stands still for more than the whole time.
 * @param vcpusIn how many vCPU threads are in a cgroup and below it, by its folder
 */
export function throttlingOf(
  chains: readonly Chain[],
  throttled: ReadonlyMap<string, Throttled>,
  vcpusIn: ReadonlyMap<string, number>,
) {
  const here = [...new Set(chains.flat().map(({ folder }) => folder))].flatMap(
    (folder) => throttled.get(folder) ?? [],
  );
  if (here.length === 0) return undefined;
  const standing = chains.map((chain) => {
    const share = chain.reduce((sum, { folder }) => {
      const found = throttled.get(folder);
      return found === undefined
        ? sum
        : sum + found.throttledUs / 1e6 / found.seconds / Math.max(1, vcpusIn.get(folder) ?? 1);
    }, 0);
    return Math.min(1, share);
  });
  const periods = here.map((each) => (each.periods === 0 ? 0 : each.throttledPeriods / each.periods));
  return {
    throttledRatio: standing.reduce((sum, share) => sum + share, 0) / standing.length,
    throttledPeriodsRatio: Math.max(...periods),
  };
}
