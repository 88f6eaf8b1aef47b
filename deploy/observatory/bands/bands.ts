import type { ObservedBand } from '@nestwatch/collector/analysis/amplification/observed-band';
import { groupBy } from '@nestwatch/common/group-by';
import { agreeing } from '../agreement.ts';
import { isUsual, type ObservedSet, type WorkResult } from '../result.ts';
import { seriesIn } from '../series.ts';
import { piecesOf } from '../table/cell.ts';
import { workOf } from '../works/list.ts';

/** One kind of work, counted on both sides of a machine that runs the guest that does it. */
interface Counted extends Pick<ObservedBand, 'layer' | 'parent' | 'kernel'> {
  /** "cpuid guest2". */
  readonly work: string;
  /** Exits at the parent for each exit at the machine, of each repetition. */
  readonly ratios: readonly number[];
}

/** A band, and of what work its ends are. */
export interface ExplainedBand extends ObservedBand {
  readonly lowOf: string;
  readonly highOf: string;
}

/** What costs its own hypervisor hardly an exit says nothing of how exits multiply. */
const LEAST_EXITS_PER_PIECE = 0.5;
/** Below this many exits in a second, other work of the machine counts for too much on every kernel. */
const FEWEST_PER_SECOND = 1000;
/** The same, as a multiple of what the machine does at rest. */
const TIMES_REST = 20;

/** The bands of all pairs of kernels that were counted, by layer and kernels. */
export function bandsOf(sets: readonly ObservedSet[]): ExplainedBand[] {
  const pairs = groupBy(
    sets.filter(isUsual).flatMap((set) => countedIn(set)),
    ({ layer, parent, kernel }) => `${layer} ${parent} ${kernel}`,
  );
  return [...pairs.values()]
    .flatMap((counted) => bandOf(counted, sets))
    .sort(
      (one, other) =>
        one.layer - other.layer || byNumber(one.parent, other.parent) || byNumber(one.kernel, other.kernel),
    );
}

const byNumber = (one: string, other: string) => one.localeCompare(other, 'en', { numeric: true });

/** Of each work in a guest of a guest what it costs the machines above, two neighbours at a time. */
function countedIn(set: ObservedSet): Counted[] {
  return set.runs.flatMap(({ works, cpus }) =>
    works
      // Calls between CPUs are counted in a boot of their own, with two of them; what idles is no work.
      .filter(({ work, state }) => state === 'counted' && work !== 'idle' && (work === 'ipi') === cpus > 1)
      .flatMap((result) =>
        Array.from({ length: result.layer - 1 }, (_, at) => countedAt(set, result, at + 1)).flat(),
      ),
  );
}

function countedAt(set: ObservedSet, result: WorkResult, layer: number): Counted[] {
  const { work, repetitions, agrees } = result;
  const kernels = kernelsAt(set, layer);
  const pieces = piecesOf(workOf(work), set);
  const kept =
    agrees === true ? agreeing(repetitions, pieces).map((at) => repetitions[at] ?? []) : repetitions;
  const ratios = kept.flatMap((exits) => {
    const [above = 0, own = 0] = [exits[layer - 1], exits[layer]];
    return own < LEAST_EXITS_PER_PIECE * pieces ? [] : [above / own];
  });
  if (kernels === undefined || ratios.length === 0) return [];
  return [{ layer, ...kernels, work: `${work} guest${result.layer}`, ratios }];
}

function kernelsAt(
  { layers }: ObservedSet,
  layer: number,
): Pick<ObservedBand, 'parent' | 'kernel'> | undefined {
  const [parent, kernel] = [layers[layer - 1], layers[layer]].map((each) => seriesIn(each?.release ?? ''));
  return parent === undefined || kernel === undefined ? undefined : { parent, kernel };
}

function bandOf(counted: readonly Counted[], sets: readonly ObservedSet[]): ExplainedBand[] {
  const all = counted
    .flatMap(({ work, ratios }) => ratios.map((ratio) => ({ work, ratio })))
    .sort((one, other) => one.ratio - other.ratio);
  const [first, least, most] = [counted[0], all[0], all.at(-1)];
  if (first === undefined || least === undefined || most === undefined) return [];
  const { layer, parent, kernel } = first;
  const rest = Math.max(0, ...sets.map((set) => restAt(set, first, most.ratio)));
  return [
    {
      ...{ layer, parent, kernel, low: hundredths(least.ratio), high: hundredths(most.ratio) },
      leastExitsPerSecond: Math.max(
        FEWEST_PER_SECOND,
        Math.ceil((TIMES_REST * rest) / least.ratio / 10) * 10,
      ),
      ...{ lowOf: least.work, highOf: most.work },
    },
  ];
}

/** Exits in a second that a machine with idle guests makes at its parent by itself: more than its guests' are worth. */
function restAt(set: ObservedSet, { layer, parent, kernel }: Counted, most: number): number {
  const kernels = kernelsAt(set, layer);
  if (kernels?.parent !== parent || kernels.kernel !== kernel) return 0;
  const idle = set.runs.flatMap(({ works, cpus }) =>
    cpus > 1 ? [] : works.filter(({ work, state }) => work === 'idle' && state === 'counted'),
  );
  return Math.max(
    0,
    ...idle.flatMap(({ repetitions }) =>
      repetitions.map((exits) => ((exits[layer - 1] ?? 0) - most * (exits[layer] ?? 0)) / set.idleSeconds),
    ),
  );
}

const hundredths = (value: number) => Math.round(value * 100) / 100;
